"""A company that is turned off lets nobody in, and a customer that is turned off is not there for its own."""

import re

from flask.testing import FlaskClient
from sqlalchemy import text

from app.domain.delivery import switching
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.isolation.planting import plant
from tests.people import csrf_token, sign_in, submit

DISTRICT = "/c/maplewood-schools"


def test_a_company_is_turned_off_in_sight_of_what_stops_and_comes_back_whole(client: FlaskClient) -> None:
    plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.PLATFORM_ADMIN)
    own = client.application.test_client()
    sign_in(own, people.CLINIC_OPERATOR)
    asked = client.get("/platform/companies/1/switch")
    told = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd>(\d+)</dd>", asked.text, re.DOTALL))
    assert told["Messages that wait, and will go on waiting"] == "1"
    assert told["Of these, signed in now"] == "1"
    sent = {"csrf_token": csrf_token(client)}
    assert client.post("/platform/companies/1/off", data=sent).status_code == 303
    assert own.get("/c/riverside-clinic/").status_code == 404
    stranger = client.application.test_client()
    page = stranger.get("/sign-in")
    values = {"email_address": people.CLINIC_ADMIN, "password": "ring the bells softly"}
    refused = submit(stranger, page, values, expect=422)
    assert "The e-mail address or the password is not right." in refused.text
    assert client.post("/platform/companies/1/on", data={**sent, "late": "send"}).status_code == 303
    assert own.get("/c/riverside-clinic/").status_code == 200
    sign_in(client.application.test_client(), people.CLINIC_ADMIN)


def test_whose_only_school_is_turned_off_sees_nothing_of_the_district(client: FlaskClient) -> None:
    sign_in(client, people.BIRCH_PRINCIPAL)
    assert client.get(f"{DISTRICT}/").status_code == 200
    birch = _id("Birch Elementary")
    with transaction(2):
        switching.turn_off(birch)
    for path in ("/", "/messages", "/broadcasts/new", f"/people/places/{birch}"):
        assert client.get(DISTRICT + path).status_code == 404, path
    assert "Maplewood" not in client.get("/companies").text
    with transaction(2):
        switching.turn_on(birch)
    assert client.get(f"{DISTRICT}/").status_code == 200


def test_who_has_two_schools_keeps_the_one_that_is_on(client: FlaskClient) -> None:
    birch, cedar = _id("Birch Elementary"), _id("Cedar High School")
    with across_companies(reason="handing a second school to a principal in a test"):
        session().execute(
            text("UPDATE user_roles SET customer_ids = :both WHERE scope = 'customers'"),
            {"both": [birch, cedar]},
        )
    story = plant("maplewood-schools", "Birch Elementary")
    sign_in(client, people.BIRCH_PRINCIPAL)
    message = f"{DISTRICT}/messages/{story.ids['messages']}"
    assert client.get(message).status_code == 200
    with transaction(2):
        switching.turn_off(birch)
    assert client.get(message).status_code == 404
    assert story.canary not in client.get(f"{DISTRICT}/messages").text
    assert client.get(f"{DISTRICT}/").status_code == 200


def _id(name: str) -> int:
    with across_companies(reason="finding a customer for a test"):
        return int(session().scalar(text("SELECT id FROM customers WHERE name = :name"), {"name": name}) or 0)
