"""Inviting, giving, changing and taking away: what counts, what is refused, and that nothing is lost."""

from flask import Flask
from flask.testing import FlaskClient

from tests import people
from tests.blueprints.people.rooms import (
    BIRCH,
    CEDAR,
    CLINIC,
    SCHOOLS,
    customers_of,
    exists,
    held,
    opened,
    place,
    post,
    role_id,
    sessions_of,
)


def test_a_person_is_invited_for_one_school_and_stands_in_the_list(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    answer = post(
        client, f"{SCHOOLS}/people/invite", email_address="New.Head@maplewood-schools.example",
        first_name="Hanna", last_name="Ode", role_id=role_id("Principal"), reach="customers",
        customers=place(CEDAR),
    )  # fmt: skip
    page = client.get(answer.location).text
    assert "Hanna Ode" in page
    assert "Invited" in page
    assert f"Principal: {CEDAR}" in page
    assert "Send the invitation again" in page
    assert "Hanna Ode" in client.get(f"{SCHOOLS}/people").text
    post(client, f"{answer.location}/invitation")


def test_an_invitation_without_a_school_or_with_an_odd_address_says_so(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    given = {"first_name": "Hanna", "last_name": "Ode", "role_id": role_id("Principal"), "reach": "customers"}
    page = post(client, f"{SCHOOLS}/people/invite", 422, email_address="h@maplewood-schools.example", **given)
    assert "Choose at least one" in page.text
    assert not exists("h@maplewood-schools.example")
    page = post(
        client, f"{SCHOOLS}/people/invite", 422, email_address="nonsense", **given | {"reach": "company"}
    )
    assert "This is not an e-mail address" in page.text
    assert 'value="Hanna"' in page.text


def test_a_school_is_handed_over_in_three_clicks(client: FlaskClient) -> None:
    """The person, the box, the button."""
    priya = held(people.BIRCH_PRINCIPAL)
    people.sign_in(client, people.DISTRICT_ADMIN)
    page = f"{SCHOOLS}/people/{priya.user_id}"
    mark, named = opened(client, page), f"grant{priya.grant_id}-"
    post(
        client, f"{page}/grants/{priya.grant_id}",
        **{
            f"{named}role_id": priya.role_id, f"{named}reach": "customers", f"{named}opened": mark,
            f"{named}customers": [place(BIRCH), place(CEDAR)],
        },
    )  # fmt: skip
    assert customers_of(priya.grant_id) == [BIRCH, CEDAR]


def test_of_two_who_change_one_person_the_second_sees_both_versions(client: FlaskClient) -> None:
    priya = held(people.BIRCH_PRINCIPAL)
    people.sign_in(client, people.DISTRICT_ADMIN)
    page, named = f"{SCHOOLS}/people/{priya.user_id}", f"grant{priya.grant_id}-"
    mark = opened(client, page)
    form = {f"{named}role_id": priya.role_id, f"{named}reach": "customers", f"{named}opened": mark}
    post(client, f"{page}/grants/{priya.grant_id}", **form, **{f"{named}customers": [place(CEDAR)]})
    both = [place(BIRCH), place(CEDAR)]
    late = post(client, f"{page}/grants/{priya.grant_id}", 409, **form, **{f"{named}customers": both})
    assert "Somebody else changed what Priya Raman may do" in late.text
    assert f"{BIRCH}, {CEDAR}" in late.text
    assert customers_of(priya.grant_id) == [CEDAR]
    # What was ticked is still ticked, and goes through when it is sent once more.
    assert late.text.count("checked") >= 2
    again = {**form, f"{named}opened": opened(client, page), f"{named}customers": both}
    post(client, f"{page}/grants/{priya.grant_id}", **again)
    assert customers_of(priya.grant_id) == [BIRCH, CEDAR]


def test_a_new_role_ends_the_sessions_of_who_had_the_old_one(app: Flask, client: FlaskClient) -> None:
    thief = app.test_client()
    people.sign_in(thief, people.CLINIC_OPERATOR)
    oscar = held(people.CLINIC_OPERATOR)
    people.sign_in(client, people.CLINIC_ADMIN)
    page, named = f"{CLINIC}/people/{oscar.user_id}", f"grant{oscar.grant_id}-"
    form = {
        f"{named}role_id": role_id("Viewer"),
        f"{named}reach": "company",
        f"{named}opened": opened(client, page),
    }
    post(client, f"{page}/grants/{oscar.grant_id}", **form)
    assert sessions_of(oscar.user_id) == 0
    for path in (f"{CLINIC}/", f"{CLINIC}/imports/new", f"{CLINIC}/messages"):
        answer = thief.get(path)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")


def test_who_is_turned_off_here_is_out_at_once_and_comes_back_with_what_they_had(
    app: Flask, client: FlaskClient
) -> None:
    oscar = held(people.CLINIC_OPERATOR)
    theirs = app.test_client()
    theirs.set_cookie(**_cookie(app, people.CLINIC_OPERATOR))
    assert theirs.get(f"{CLINIC}/").status_code == 200
    people.sign_in(client, people.CLINIC_ADMIN)
    post(client, f"{CLINIC}/people/{oscar.user_id}/off")
    assert theirs.get(f"{CLINIC}/").status_code == 302
    theirs.set_cookie(**_cookie(app, people.CLINIC_OPERATOR))
    assert theirs.get(f"{CLINIC}/").status_code == 404
    assert "Turned off here" in client.get(f"{CLINIC}/people").text
    post(client, f"{CLINIC}/people/{oscar.user_id}/on")
    assert theirs.get(f"{CLINIC}/imports/new").status_code == 200


def test_the_last_administrator_stays(client: FlaskClient) -> None:
    ada = held(people.CLINIC_ADMIN)
    people.sign_in(client, people.CLINIC_ADMIN)
    page, named = f"{CLINIC}/people/{ada.user_id}", f"grant{ada.grant_id}-"
    refused = post(client, f"{page}/grants/{ada.grant_id}/removal", 409)
    assert "last administrator" in refused.text
    form = {
        f"{named}role_id": role_id("Viewer"),
        f"{named}reach": "company",
        f"{named}opened": opened(client, page),
    }
    assert "last administrator" in post(client, f"{page}/grants/{ada.grant_id}", 409, **form).text
    assert "Nobody turns themselves off" in post(client, f"{page}/off", 409).text
    assert client.get(f"{CLINIC}/people").status_code == 200


def test_who_has_nothing_here_is_not_there(client: FlaskClient) -> None:
    stranger = held(people.UTILITY_OPERATOR)
    people.sign_in(client, people.CLINIC_ADMIN)
    assert client.get(f"{CLINIC}/people/{stranger.user_id}").status_code == 404
    assert client.get(f"{CLINIC}/people/{stranger.user_id}/rights").status_code == 404
    for what in ("off", "on", "invitation", "reset", f"grants/{stranger.grant_id}/removal"):
        post(client, f"{CLINIC}/people/{stranger.user_id}/{what}", 404)
    values = {"grant0-role_id": role_id("Viewer"), "grant0-reach": "company"}
    post(client, f"{CLINIC}/people/{stranger.user_id}/grants", 404, **values)


def test_from_the_schools_side_people_are_ticked_and_saved(client: FlaskClient) -> None:
    priya = held(people.BIRCH_PRINCIPAL)
    people.sign_in(client, people.DISTRICT_ADMIN)
    page = f"{SCHOOLS}/people/places/{place(CEDAR)}"
    mark = opened(client, page)
    post(client, page, grants=priya.grant_id, opened=mark)
    assert customers_of(priya.grant_id) == [BIRCH, CEDAR]
    late = post(client, page, 409, opened=mark)
    assert "Priya Raman" in late.text
    assert "Somebody else changed this" in late.text
    post(client, page, opened=opened(client, page))
    assert customers_of(priya.grant_id) == [BIRCH]


def _cookie(app: Flask, email_address: str) -> dict[str, str]:
    cookie = people.session_cookie(app, email_address)
    return {"key": cookie["name"], "value": cookie["value"]}
