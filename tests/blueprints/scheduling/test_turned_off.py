"""Who writes to people of a school that is turned off is told that their messages wait."""

from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.delivery import switching
from app.models import Customer
from app.unit_of_work import session, transaction
from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, answer, check_page, choose

DISTRICT = 2
WORDS = "Sending for Birch Elementary is turned off; messages wait until it is on again."


def test_the_composer_and_the_home_page_say_that_messages_wait(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_ADMIN)
    assert "is turned off" not in client.get(f"{SCHOOLS}/").text
    assert "is turned off" not in check_page(client, "Everyone").text
    _switch("Birch Elementary", on=False)
    assert WORDS in client.get(f"{SCHOOLS}/").text
    assert WORDS in check_page(client, "Everyone").text
    assert "is turned off" not in check_page(client, "Cedar High School").text
    page = client.get(f"{SCHOOLS}/broadcasts/new")
    page = answer(client, page, template=choose(page, "template", "School closure"))
    assert "is turned off" not in page.text
    counted = client.get(f"{SCHOOLS}/broadcasts/new/audience/count?audience=everyone")
    assert WORDS in counted.text
    _switch("Birch Elementary", on=True)
    assert "is turned off" not in client.get(f"{SCHOOLS}/").text


def test_a_principal_is_told_of_no_other_school(client: FlaskClient) -> None:
    _switch("Cedar High School", on=False)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    for path in ("/", "/broadcasts/new/audience", "/broadcasts/new/audience/count?audience=everyone"):
        page = client.get(SCHOOLS + path).text
        assert "is turned off" not in page
        assert "Cedar" not in page


def _switch(name: str, *, on: bool) -> None:
    with transaction(DISTRICT):
        customer = session().scalar(select(Customer.id).where(Customer.name == name))
        if on:
            switching.turn_on(customer)
        else:
            switching.turn_off(customer)
