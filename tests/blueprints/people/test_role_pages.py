"""The matrix, making and changing a role, what it would do to people, two at once, and trying one on."""

from flask.testing import FlaskClient
from sqlalchemy import select

from app.models import TrailEntry
from app.unit_of_work import across_companies, session
from tests import people
from tests.blueprints.people.rooms import CLINIC, SCHOOLS, held, opened, post, role_id

LOOK = ["home/read", "messages/read"]


def test_the_matrix_says_of_each_role_what_it_may_do(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    page = client.get(f"{CLINIC}/people/roles").text
    for words in (
        "Importing",
        "Write to people, now or later",
        "Principal",
        "Copy Operator",
        "View as Viewer",
    ):
        assert words in page
    assert "Platform administrator" not in page
    assert "Change Operator" not in page


def test_a_role_is_copied_changed_and_seen_by_its_company_only(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    form = client.get(f"{CLINIC}/people/roles/new?copy={role_id('Viewer')}").text
    assert 'value="Viewer (ours)"' in form
    made = _make(client)
    assert "Reception" in client.get(f"{CLINIC}/people/roles").text
    assert "Reception" in client.get(f"{CLINIC}/people/invite").text
    people.sign_out(client)
    people.sign_in(client, people.DISTRICT_ADMIN)
    assert "Reception" not in client.get(f"{SCHOOLS}/people/roles").text
    assert client.get(f"{SCHOOLS}/people/roles/{made}").status_code == 404
    values = {"name": "Theirs", "policies": LOOK, "opened": 1, "then": "save"}
    for what in ("", "/removal", "/try"):
        post(client, f"{SCHOOLS}/people/roles/{made}{what}", 404, **values)


def test_who_loses_or_gains_what_is_said_before_anything_is_saved(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    made, vera = _make(client), held(people.CLINIC_VIEWER)
    values = {"grant0-role_id": made, "grant0-reach": "company"}
    mark = opened(client, f"{CLINIC}/people/{vera.user_id}")
    post(client, f"{CLINIC}/people/{vera.user_id}/grants", **values, **{"grant0-opened": mark})
    page = f"{CLINIC}/people/roles/{made}"
    wanted = {"name": "Reception", "policies": [*LOOK, "trail/read"], "opened": opened(client, page)}
    preview = post(client, page, 200, **wanted).text
    for words in ("Loses", "Gains", "1 person: Vera Lind", "Read the trail", "Write to people, now or later"):
        assert words in preview
    assert opened(client, page) == "1"
    post(client, page, **wanted, then="save")
    assert opened(client, page) == "2"


def test_of_two_who_change_one_role_the_second_sees_both_versions_and_loses_nothing(
    client: FlaskClient,
) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    page = f"{CLINIC}/people/roles/{_make(client)}"
    post(client, page, name="Front desk", policies=[*LOOK, "trail/read"], opened=1, then="save")
    late = post(client, page, 409, name="Reception", description="Mine", policies=LOOK, opened=1, then="save")
    for words in ("Two versions", "Front desk", "Reception", "Read the trail", "may not", "Mine"):
        assert words in late.text
    assert "Front desk" in client.get(page).text
    fields = people.forms(late.text)
    assert any(one.hidden.get("opened") == "2" for one in fields)
    post(client, page, name="Reception", description="Mine", policies=LOOK, opened=2, then="save")
    assert "Mine" in client.get(page).text


def test_a_name_that_is_taken_keeps_what_was_ticked(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    page = post(client, f"{CLINIC}/people/roles", 422, name="Operator", policies=LOOK)
    assert "There is a role “Operator” already" in page.text
    assert page.text.count("checked") >= 2


def test_trying_a_role_on_shows_less_changes_nothing_and_is_left_by_one_press(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    operator = held(people.CLINIC_OPERATOR)
    post(client, f"{CLINIC}/people/roles/{role_id('Viewer')}/try")
    home = client.get(f"{CLINIC}/").text
    assert "You are looking as “Viewer” would" in home
    assert "People &amp; access" not in home
    assert "/imports/new" not in home
    for path in ("people", "trail", "imports/new"):
        answer = client.get(f"{CLINIC}/{path}")
        assert answer.status_code == 403, path
        assert "You are looking as “Viewer” would" in answer.text
    assert client.get(f"{CLINIC}/messages").status_code == 200
    refused = post(client, f"{CLINIC}/people/{operator.user_id}/off", 403)
    assert "Leave this view first" in refused.text
    post(client, f"{CLINIC}/people/try/end")
    assert "You are looking as" not in client.get(f"{CLINIC}/people").text
    with across_companies(reason="reading the trail in a test"):
        found = session().scalars(select(TrailEntry).where(TrailEntry.action == "role.tried_on")).one()
    assert (found.company_id, found.user_label, found.details) == (1, "Ada Okafor", {"role": "Viewer"})


def test_a_role_that_may_more_adds_nothing_to_who_tries_it_on(client: FlaskClient) -> None:
    """A colleague who may only look at people tries the administrator on, and still sees no trail."""
    people.sign_in(client, people.CLINIC_ADMIN)
    post(client, f"{CLINIC}/people/roles", name="Looks", policies=[*LOOK, "people/read"])
    vera = held(people.CLINIC_VIEWER)
    page, named = f"{CLINIC}/people/{vera.user_id}", f"grant{vera.grant_id}-"
    values = {
        f"{named}role_id": role_id("Looks"),
        f"{named}reach": "company",
        f"{named}opened": opened(client, page),
    }
    post(client, f"{page}/grants/{vera.grant_id}", **values)
    people.sign_out(client)
    people.sign_in(client, people.CLINIC_VIEWER)
    post(client, f"{CLINIC}/people/roles/{role_id('Administrator')}/try")
    assert client.get(f"{CLINIC}/people").status_code == 200
    for path in ("trail", "people/invite", "imports", "settings"):
        assert client.get(f"{CLINIC}/{path}").status_code == 403, path


def test_trying_on_ends_with_the_session(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_ADMIN)
    post(client, f"{CLINIC}/people/roles/{role_id('Viewer')}/try")
    people.sign_out(client)
    people.sign_in(client, people.CLINIC_OPERATOR)
    assert "You are looking as" not in client.get(f"{CLINIC}/").text


def test_why_somebody_may_do_something_is_on_their_page(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    page = client.get(f"{SCHOOLS}/people/{held(people.BIRCH_PRINCIPAL).user_id}/rights").text
    assert "Principal, for Birch Elementary" in page
    assert "No role of theirs includes it." in page


def _make(client: FlaskClient) -> int:
    values = {"name": "Reception", "policies": [*LOOK, "broadcasts/compose"], "description": "At the desk"}
    post(client, f"{CLINIC}/people/roles", **values)
    return role_id("Reception")
