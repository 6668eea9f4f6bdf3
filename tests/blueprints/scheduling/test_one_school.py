"""A principal of one school: nothing of the other one in any list, any count, or by any address."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models import Broadcast, Customer, Message
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, check_page, form_to, plan, send

DISTRICT = 2
OTHER = "Cedar"


@pytest.fixture
def cedar(client: FlaskClient) -> int:
    """What the district sent to the other school, planned; the principal is signed in."""
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Cedar High School")
    plan(DISTRICT, made)
    people.sign_out(client)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    return made


def test_the_other_schools_sending_is_in_no_list(client: FlaskClient, cedar: int) -> None:
    for address in ("/", "/broadcasts", "/messages", "/broadcasts/new"):
        page = client.get(SCHOOLS + address)
        assert page.status_code == 200
        assert OTHER not in page.text
        assert "773555" not in page.text


def test_the_other_schools_sending_is_not_there_by_its_address(client: FlaskClient, cedar: int) -> None:
    for address in (f"/broadcasts/{cedar}", f"/broadcasts/{cedar}/progress", f"/messages/{_message(cedar)}"):
        assert client.get(SCHOOLS + address).status_code == 404


def test_the_other_schools_sending_cannot_be_stopped(client: FlaskClient, cedar: int) -> None:
    token = people.csrf_token(client)
    for what in ("cancellation", "pause", "resumption"):
        answered = client.post(f"{SCHOOLS}/broadcasts/{cedar}/{what}", data={"csrf_token": token})
        assert answered.status_code == 404
    with transaction(DISTRICT):
        found = session().get(Broadcast, (DISTRICT, cedar))
        assert found is not None
        assert found.state == "sending"


def test_the_other_school_can_be_neither_counted_nor_written_to(client: FlaskClient, cedar: int) -> None:
    form = form_to(check_page(client, "Birch Elementary"), "/broadcasts")
    for audience in (f"customer-{_customer('Cedar High School')}", "everyone", "packet-1", "packet-2", "x"):
        forged = {**form.hidden, "audience": audience, "key": "f" * 32}
        assert client.post(form.action, data=forged).status_code == 404
        checked = client.get(f"{SCHOOLS}/broadcasts/new/check", query_string=forged)
        assert checked.status_code == 404
        counted = client.get(f"{SCHOOLS}/broadcasts/new/audience/count", query_string=forged)
        assert "people</strong>" not in counted.text
    with transaction(DISTRICT):
        assert len(session().scalars(select(Broadcast.id)).all()) == 1


def test_filters_by_the_other_schools_sending_find_nothing(client: FlaskClient, cedar: int) -> None:
    for query in (f"broadcast={cedar}", "search=773", "search=%2B17735550120"):
        page = client.get(f"{SCHOOLS}/messages?{query}")
        assert "No message fits" in page.text
        assert OTHER not in page.text


def test_of_a_sending_to_everyone_only_the_own_schools_messages_are_seen(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    made = send(client, "Everyone")
    plan(DISTRICT, made)
    people.sign_out(client)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    seen = client.get(f"{SCHOOLS}/messages").text + client.get(f"{SCHOOLS}/messages?search=773").text
    assert "+131255501" in seen
    assert "773555" not in seen
    assert client.get(f"{SCHOOLS}/broadcasts/{made}").status_code == 404


def _customer(name: str) -> int:
    with transaction(DISTRICT):
        found = session().scalar(select(Customer.id).where(Customer.name == name))
        assert found is not None
        return found


def _message(broadcast_id: int) -> int:
    with transaction(DISTRICT):
        found = session().scalar(select(Message.id).where(Message.broadcast_id == broadcast_id).limit(1))
        assert found is not None
        return found
