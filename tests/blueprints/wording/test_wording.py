"""The library of templates: what they say to somebody real, and who sees which."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.domain.merge import templates
from app.domain.tenancy.companies import customers_here
from app.models import ContactRecord, User
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.blueprints.scheduling.composer import CLINIC, SCHOOLS, send

CLINIC_ID, DISTRICT = 1, 2


def test_every_template_is_shown_as_one_of_our_people_would_read_it(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/wording").text
    assert "School is closed today" in page or "school is closed today" in page
    assert "{data." not in page
    assert "1 segment · GSM-7" in page


def test_a_company_without_people_sees_an_invented_one(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_OPERATOR)
    with transaction(CLINIC_ID):
        assert session().scalar(select(ContactRecord.id).limit(1)) is None
    page = client.get(_address_of(client, CLINIC, "Appointment reminder")).text
    assert "As an invented person would get it" in page
    assert "Hello Ada, you have an appointment on " in page
    assert "Dr. Chen" in page


def test_what_the_person_shown_lacks_is_named(client: FlaskClient) -> None:
    with transaction(DISTRICT):
        made = templates.create_template(name="Bus").id
        templates.publish_version(made, "sms", "{data.first_name}, bus {data.bus_line} from {data.location}.")
    people.sign_in(client, people.DISTRICT_OPERATOR)
    page = client.get(f"{SCHOOLS}/wording/{made}").text
    assert re.search(r"Empty for [\w ]+: bus line", page)


def test_a_template_shows_its_tags_as_chips_and_its_versions(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    address = _address_of(client, SCHOOLS, "School closure")
    with across_companies(reason="finding a person for a test"):
        by = session().scalar(select(User.id).where(User.email_address == people.DISTRICT_ADMIN))
    with transaction(DISTRICT):
        templates.publish_version(
            _id_in(address), "sms", "Closed, {data.first_name}. {unknown}", by=by, note="Shorter"
        )
    page = client.get(address).text
    assert "tag-chip" in page
    assert "<code>{data.first_name}</code>" in page
    assert '<mark class="tag-broken"' in page
    assert "Shorter" in page
    assert "Dana Whitfield" in page
    assert "Version 2" in page


def test_a_template_says_how_many_sendings_still_use_it(client: FlaskClient) -> None:
    people.sign_in(client, people.DISTRICT_OPERATOR)
    address = _address_of(client, SCHOOLS, "School closure")
    assert "No sending that is still to go out" in client.get(address).text
    send(client, "Everyone")
    assert "1 sending still to go out" in client.get(address).text


@pytest.mark.parametrize(("school", "seen"), [("Birch Elementary", True), ("Cedar High School", False)])
def test_a_principal_sees_the_shared_wording_and_their_own(
    client: FlaskClient, school: str, seen: bool
) -> None:
    with transaction(DISTRICT):
        customer = next(one.id for one in customers_here() if one.name == school)
        template = templates.create_template(name="Spring concert", customer_id=customer)
        templates.publish_version(template.id, "sms", "Come and listen, {data.first_name}.")
        made = template.id
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    page = client.get(f"{SCHOOLS}/wording").text
    assert "School closure" in page
    assert ("Spring concert" in page) is seen
    assert client.get(f"{SCHOOLS}/wording/{made}").status_code == (200 if seen else 404)


def test_a_template_without_a_version_says_so(client: FlaskClient) -> None:
    with transaction(DISTRICT):
        made = templates.create_template(name="Empty one").id
    people.sign_in(client, people.DISTRICT_OPERATOR)
    assert "It says nothing yet" in client.get(f"{SCHOOLS}/wording").text
    assert "cannot be sent yet" in client.get(f"{SCHOOLS}/wording/{made}").text


def _address_of(client: FlaskClient, at: str, name: str) -> str:
    found = re.search(rf'href="([^"]+)">{name}<', client.get(f"{at}/wording").text)
    assert found, f"The library has no “{name}”."
    return found[1]


def _id_in(address: str) -> int:
    return int(address.rpartition("/")[2])
