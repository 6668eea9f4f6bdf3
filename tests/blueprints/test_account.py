"""One's own settings: they change how the portal looks to me, stand on the trail, and are nobody else's."""

import json
import re

from flask.testing import FlaskClient
from sqlalchemy import text

from app.unit_of_work import across_companies, session
from tests import people
from tests.people import csrf_token, sign_in, sign_out, submit

CLINIC = "/c/riverside-clinic/"
CHOSEN = {"time_zone": "America/Denver", "theme": "dark", "density": "compact"}
FORM = re.compile(r'<form class="stack" id="preferences".*?</form>', re.DOTALL)


def test_what_i_choose_shows_on_every_page(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    _save(client, CHOSEN, expect=303)
    for address in ("/account", CLINIC):
        root = _root(client, address)
        assert 'data-theme="dark"' in root
        assert 'data-density="compact"' in root
        assert 'data-zone="America/Denver"' in root
        assert 'data-shortcuts="off"' in root  # The box was not ticked.


def test_a_page_follows_the_company_until_a_zone_is_chosen(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    companys = _root(client, CLINIC)
    _save(client, CHOSEN, expect=303)
    assert _root(client, CLINIC) != companys
    _save(client, CHOSEN | {"time_zone": "company"}, expect=303)
    assert re.search(r'data-zone="[^"]+"', _root(client, CLINIC))[0] in companys  # type: ignore[index]


def test_a_choice_that_is_not_offered_is_said_at_its_field(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    answer = _save(client, CHOSEN | {"time_zone": "Moon/Tycho"}, expect=422)
    assert 'id="time_zone-error"' in answer
    assert 'data-theme="system"' in _root(client, CLINIC)


def test_a_change_is_on_the_trail_with_the_old_and_the_new_value(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    _save(client, CHOSEN, expect=303)
    with across_companies(reason="reading the trail in a test"):
        entry = session().execute(
            text("SELECT old, new FROM trail WHERE table_name = 'users' AND user_id = entity_id ORDER BY at")
        ).all()[-1]  # fmt: skip
    assert (entry.old["theme"], entry.new["theme"]) == ("system", "dark")
    assert entry.new["time_zone"] == "America/Denver"


def test_the_look_is_switched_without_a_reload(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    token = {"X-CSRFToken": csrf_token(client), "HX-Request": "true"}
    answer = client.post("/account/look", data={"theme": "dark", "back": CLINIC}, headers=token)
    assert answer.status_code == 200
    assert json.loads(answer.headers["HX-Trigger"]) == {"look": {"theme": "dark", "density": "comfortable"}}
    assert re.search(r'value="dark" aria-pressed="true"', answer.text)
    assert 'data-theme="dark"' in _root(client, CLINIC)


def test_without_javascript_the_look_leads_back_to_the_page(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    token = csrf_token(client)
    for back, target in (
        (CLINIC, CLINIC),
        ("https://evil.example/", "/account"),
        ("//evil.example", "/account"),
    ):
        answer = client.post("/account/look", data={"density": "compact", "back": back, "csrf_token": token})
        assert (answer.status_code, answer.location) == (303, target)
    assert 'data-density="compact"' in _root(client, CLINIC)


def test_a_look_that_is_not_offered_changes_nothing(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    answer = client.post("/account/look", data={"theme": "neon", "csrf_token": csrf_token(client)})
    assert answer.status_code == 422
    assert 'data-theme="system"' in _root(client, CLINIC)


def test_my_settings_are_nobody_elses(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    _save(client, CHOSEN, expect=303)
    sign_out(client)
    sign_in(client, people.CLINIC_OPERATOR)
    root = _root(client, CLINIC)
    assert 'data-theme="system"' in root
    assert 'data-density="comfortable"' in root


def test_a_stranger_has_no_settings(client: FlaskClient) -> None:
    assert client.get("/account").location.startswith("/sign-in")
    answer = client.post("/account/look", data={"theme": "dark", "csrf_token": csrf_token(client)})
    assert answer.location.startswith("/sign-in")
    assert client.get("/companies/switcher", headers={"HX-Request": "true"}).status_code == 401


def test_the_way_back_is_only_to_a_page_of_ours(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_VIEWER)
    assert f'href="{CLINIC}">Back' in client.get("/account", query_string={"back": CLINIC}).text
    assert "evil.example" not in _form(client.get("/account?back=//evil.example").text)


def _save(client: FlaskClient, values: dict[str, str], *, expect: int) -> str:
    page = client.get("/account")
    place = [form.action for form in people.forms(page.text)].index("/account")
    return submit(client, page, values, form=place, expect=expect).text


def _form(html: str) -> str:
    found = FORM.search(html)
    assert found
    return found[0]


def _root(client: FlaskClient, address: str) -> str:
    found = re.search(r"<html[^>]*>", client.get(address).text)
    assert found
    return found[0]
