"""The platform's people: found by name, turned off at every company in sight of what ends, and on again."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.local.cast import PASSWORD
from app.models import TrailEntry
from app.unit_of_work import across_companies, session
from tests import people
from tests.blueprints.people.rooms import CLINIC, held, post, sessions_of


def test_a_person_is_found_by_name_or_address_at_whatever_company(client: FlaskClient) -> None:
    people.sign_in(client, people.PLATFORM_ADMIN)
    page = client.get("/platform/people?search=priya").text
    assert "Priya Raman" in page
    assert "Oscar Reyes" not in page
    assert "Oscar Reyes" in client.get("/platform/people?search=operator@riverside").text
    assert "Nobody found" in client.get("/platform/people?search=nobody-of-this-name").text


def test_who_is_turned_off_everywhere_is_out_at_once_and_comes_back_with_what_they_had(
    app: Flask, client: FlaskClient
) -> None:
    ada = held(people.CLINIC_ADMIN)
    theirs = app.test_client()
    people.sign_in(theirs, people.CLINIC_ADMIN)
    people.sign_in(client, people.PLATFORM_ADMIN)
    page = f"/platform/people/{ada.user_id}"
    said = client.get(page).text
    assert "that session ends at once" in said
    assert "Riverside Clinic then has no administrator who can sign in" in said
    post(client, f"{page}/off")
    assert sessions_of(ada.user_id) == 0
    answer = theirs.get(f"{CLINIC}/")
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")
    refused = theirs.post("/sign-in", data={"email_address": people.CLINIC_ADMIN, "password": PASSWORD,
                                            "csrf_token": people.csrf_token(theirs)})  # fmt: skip
    assert refused.status_code == 422
    assert "Ada Okafor" in client.get("/platform/people?show=off").text
    post(client, f"{page}/on")
    people.sign_in(theirs, people.CLINIC_ADMIN)
    assert theirs.get(f"{CLINIC}/people").status_code == 200


def test_it_stands_on_the_trail_with_who_did_it(client: FlaskClient) -> None:
    oscar = held(people.CLINIC_OPERATOR)
    people.sign_in(client, people.PLATFORM_ADMIN)
    post(client, f"/platform/people/{oscar.user_id}/off")
    post(client, f"/platform/people/{oscar.user_id}/on")
    with across_companies(reason="reading the trail in a test"):
        query = select(TrailEntry).where(TrailEntry.action.in_(["person.shut_out", "person.let_in"]))
        found = list(session().scalars(query.order_by(TrailEntry.id)))
    assert [one.action for one in found] == ["person.shut_out", "person.let_in"]
    assert {one.user_label for one in found} == {"Pat Morrow"}
    assert found[0].details == {"person": "Oscar Reyes", "sessions": 0}


def test_nobody_turns_themselves_off_everywhere(client: FlaskClient) -> None:
    pat = held(people.PLATFORM_ADMIN)
    people.sign_in(client, people.PLATFORM_ADMIN)
    assert "This is you" in client.get(f"/platform/people/{pat.user_id}").text
    post(client, f"/platform/people/{pat.user_id}/off", 409)
    assert client.get("/platform/people").status_code == 200


def test_support_and_companies_administrators_turn_nobody_off_everywhere(client: FlaskClient) -> None:
    oscar = held(people.CLINIC_OPERATOR)
    for who in (people.SUPPORT, people.CLINIC_ADMIN):
        people.sign_in(client, who)
        assert client.get("/platform/people").status_code == 403
        post(client, f"/platform/people/{oscar.user_id}/off", 403)
        people.sign_out(client)
    with across_companies(reason="looking at a person in a test"):
        assert session().scalar(text("SELECT active FROM users WHERE id = :id"), {"id": oscar.user_id})
