"""The home page: what there is to do, by what a person may do."""

from flask.testing import FlaskClient

from tests import people
from tests.blueprints.scheduling.composer import SCHOOLS, plan, send

DISTRICT = 2


def test_a_principal_is_offered_one_thing(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/").text
    assert "home-send" in page
    assert "Upload a file" not in page
    assert "Nothing goes out today" in page


def test_staff_are_offered_to_upload_and_to_send(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/").text
    assert "Upload a file" in page
    assert "Send a message" in page


def test_todays_numbers_count_only_what_one_may_see(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    for school in ("Birch Elementary", "Cedar High School"):
        plan(DISTRICT, send(client, school))
    assert "<dd>120</dd>" in client.get(f"{SCHOOLS}/").text
    people.sign_out(client)
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/").text
    assert "<dd>72</dd>" in page
    assert "Cedar" not in page
