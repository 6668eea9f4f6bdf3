"""Customers: adding, changing, finding, two who change one at a time, their locations and external ids."""

import re
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.domain.tenancy import location_list, locations
from app.errors import NotFound
from app.unit_of_work import across_companies, session, transaction
from tests import people
from tests.blueprints.filled import filled
from tests.people import csrf_token, sign_in

DISTRICT = "/c/maplewood-schools"
NEW = {"name": "Aspen Academy", "zip": "10001", "time_zone": "", "state": "", "shard": ""}


def test_a_school_is_added_and_its_zip_code_says_the_rest(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    answer = _post(client, "/customers", NEW, expect=303)
    page = client.get(answer.location).text
    assert "Aspen Academy" in page
    assert "New York, NY 10001" in page
    assert "America/New York" in page
    assert "Neither ZIP code 10001 nor New York has a shard." in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "birch elementary"}, "There is one called “birch elementary” already."),
        ({"zip": "1000"}, "is not a ZIP code"),
        ({"state": "IL"}, "ZIP code 10001 lies in NY, not in IL."),
        ({"phone_number": "555"}, "is not a phone number"),
        ({"window_from": "600", "window_until": "540"}, "The hours must end after they begin."),
        ({"window_from": "600"}, "Choose both ends of the hours, or neither."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client: FlaskClient, change: dict[str, str], words: str) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    assert words in _post(client, "/customers", NEW | change, expect=422).text


def test_two_who_change_one_school_see_both_versions_and_lose_nothing(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    birch = _id("Birch Elementary")
    opened = client.get(f"{DISTRICT}/customers/{birch}/edit")
    values = filled(opened, f"/customers/{birch}")
    _post(client, f"/customers/{birch}", values | {"phone_number": "(312) 555-0111"}, expect=303)
    lost = _post(client, f"/customers/{birch}", values | {"name": "Birch Primary"}, expect=409)
    assert "(312) 555-0111" in lost.text
    assert lost.text.count("Birch Primary") >= 2
    again = filled(lost, f"/customers/{birch}") | {"phone_number": "(312) 555-0111"}
    page = client.get(_post(client, f"/customers/{birch}", again, expect=303).location).text
    assert "Birch Primary" in page
    assert "(312) 555-0111" in page


def test_schools_are_found_by_name_zip_code_and_external_id_and_paged_by_name(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    with across_companies(reason="making many customers for a test"):
        session().execute(
            text(
                "INSERT INTO customers (company_id, name) "
                "SELECT 2, 'School ' || lpad(n::text, 3, '0') FROM generate_series(1, 70) n"
            )
        )
    for search in ("birch", "60601", "BIRCH"):
        assert "Birch Elementary" in _names(client.get(f"{DISTRICT}/customers?search={search}")), search
    assert _names(client.get(f"{DISTRICT}/customers?search=no-such")) == []
    first = client.get(f"{DISTRICT}/customers")
    found = re.search(r'rel="next" href="([^"]+)"|href="([^"]+)"[^>]*rel="next"', first.text)
    assert found
    second = client.get((found[1] or found[2]).replace("&amp;", "&"))
    both = _names(first) + _names(second)
    assert both == sorted(both)
    assert len(both) == len(set(both)) == 72
    back = re.search(r'href="([^"]+)"[^>]*rel="prev"', second.text)
    assert back
    assert _names(client.get(back[1].replace("&amp;", "&"))) == _names(first)


def test_a_location_is_added_changed_and_removed(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    birch = _id("Birch Elementary")
    place = {"name": "Gym", "address_1": "1 Main Street", "zip": "60601", "state": ""}
    page = client.get(_post(client, f"/customers/{birch}/locations", place, expect=303).location).text
    assert "1 Main Street, Chicago, IL 60601" in page
    (key,) = re.findall(r'id="location-(\d+)"', page)
    again = _post(client, f"/customers/{birch}/locations", place, expect=422)
    assert "There is a location “Gym” already." in again.text
    opened = client.get(f"{DISTRICT}/locations/{key}/edit")
    _post(client, f"/locations/{key}", filled(opened, f"/locations/{key}") | {"name": "Hall"}, expect=303)
    lost = _post(client, f"/locations/{key}", filled(opened, f"/locations/{key}"), expect=409)
    assert "Hall" in lost.text
    assert "Gym" in lost.text
    page = client.get(_post(client, f"/locations/{key}/removal", {}, expect=303).location).text
    assert 'id="location-' not in page


def test_the_company_has_locations_of_its_own_beside_those_of_its_schools(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    birch = _id("Birch Elementary")
    place = {"name": "Main office", "zip": "60601", "state": ""}
    assert _post(client, "/locations", place, expect=303).location == f"{DISTRICT}/locations"
    assert "“Main office” already" in _post(client, "/locations", place, expect=422).text
    _post(client, f"/customers/{birch}/locations", place | {"name": "Gym"}, expect=303)
    page = client.get(f"{DISTRICT}/locations").text
    (own,) = re.findall(r'id="location-(\d+)"', page)
    (theirs,) = re.findall(r'id="theirs-(\d+)"', page)
    assert own != theirs
    assert "Gym" not in client.get(f"{DISTRICT}/locations?search=cedar").text
    assert "Gym" in client.get(f"{DISTRICT}/locations?search=birch").text
    assert client.get(f"{DISTRICT}/locations?after=nonsense").status_code == 422
    opened = client.get(f"{DISTRICT}/locations/{own}/edit")
    changed = filled(opened, f"/locations/{own}") | {"name": "Head office"}
    assert _post(client, f"/locations/{own}", changed, expect=303).location == f"{DISTRICT}/locations"
    gone = client.get(_post(client, f"/locations/{own}/removal", {}, expect=303).location).text
    assert not re.search(r'id="location-\d', gone)


def test_who_was_handed_one_school_sees_the_places_of_no_other(client: FlaskClient) -> None:
    birch, cedar = _id("Birch Elementary"), _id("Cedar High School")
    with transaction(2):
        for customer, name in ((birch, "Gym"), (cedar, "Hall"), (None, "Main office")):
            locations.add_location(customer, {"name": name})
    with transaction(2, [birch]):
        assert [one.name for one in location_list.customers_locations().lines] == ["Gym"]
        (office,) = locations.locations_of(None)
        for change in (locations.remove_location, lambda key: locations.location_here(key, lock=True)):
            with pytest.raises(NotFound):
                change(office.id)
    sign_in(client, people.BIRCH_PRINCIPAL)
    assert client.get(f"{DISTRICT}/locations").status_code == 403
    assert _post(client, "/locations", {"name": "Mine"}).status_code == 403


def test_an_external_id_is_added_once_and_removed(client: FlaskClient) -> None:
    sign_in(client, people.DISTRICT_ADMIN)
    birch = _id("Birch Elementary")
    _post(client, f"/customers/{birch}/external-ids", {"external_id": "B-1"}, expect=303)
    taken = _post(client, f"/customers/{birch}/external-ids", {"external_id": "CEDAR"}, expect=409)
    assert "“CEDAR” is an id of “Cedar High School” already." in taken.text
    _post(client, f"/customers/{birch}/external-ids/removal", {"external_id": "B-1"}, expect=303)
    _post(client, f"/customers/{birch}/external-ids/removal", {"external_id": "B-1"}, expect=404)


@pytest.mark.parametrize("who", [people.DISTRICT_OPERATOR, people.BIRCH_PRINCIPAL])
def test_who_is_no_administrator_changes_nothing(client: FlaskClient, who: str) -> None:
    sign_in(client, who)
    birch = _id("Birch Elementary")
    for path in ("/customers", f"/customers/{birch}", f"/customers/{birch}/off", "/settings"):
        assert _post(client, path, NEW).status_code == 403, path


def _post(
    client: FlaskClient, path: str, values: Mapping[str, str], expect: int | None = None
) -> TestResponse:
    answer = client.post(DISTRICT + path, data={"csrf_token": csrf_token(client), **values})
    assert expect is None or answer.status_code == expect, (
        answer.status,
        re.findall(r'class="error-summary".*?</section>', answer.text, re.DOTALL),
    )
    return answer


def _names(page: TestResponse) -> list[str]:
    rows = re.findall(r'<tr id="customer-\d+">(.*?)</tr>', page.text, re.DOTALL)
    return [re.findall(r"<a[^>]*>.*?([^<>]+)</span>\s*</a>", row, re.DOTALL)[0] for row in rows]


def _id(name: str) -> int:
    with across_companies(reason="finding a customer for a test"):
        return int(session().scalar(text("SELECT id FROM customers WHERE name = :name"), {"name": name}) or 0)
