"""A company's settings: what is kept about it, its hours, its customers, and who may see them."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient

from app.domain.ingest import load_maps
from app.domain.ingest.load_map import LoadMap, MappedColumn
from app.unit_of_work import transaction
from tests import people
from tests.blueprints.scheduling.composer import CLINIC, SCHOOLS

CLINIC_ID = 1
A_MONDAY = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)


def test_the_profile_is_told_with_the_time_there_now(client: FlaskClient) -> None:
    with time_machine.travel(A_MONDAY, tick=False):
        people.sign_in(client, people.CLINIC_ADMIN)
        page = client.get(f"{CLINIC}/settings").text
    for words in (
        "Riverside Clinic", "/c/riverside-clinic/", "Health care",
        "America/New York, where it is 9:05 AM on Monday",
        "Around the clock", "(212) 555-0100", "+12125550100", "riverside-clinic@carillon.example",
        "Tier 3: e-mail in plain text",
    ):  # fmt: skip
        assert words in page, words


def test_customers_show_their_own_hours_or_the_companys(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_OPERATOR)
    rows = re.findall(r'<tr id="customer-\d+">(.*?)</tr>', client.get(f"{CLINIC}/settings").text, re.DOTALL)
    main, pediatrics = (next(row for row in rows if name in row) for name in ("Main Street", "Pediatrics"))
    assert "Around the clock, as the company" in main
    assert "9 AM to 8 PM" in pediatrics
    assert '<rect class="day-bar-open" x="540" width="660"' in pediatrics


def test_saved_load_maps_are_listed(client: FlaskClient) -> None:
    people.sign_in(client, people.CLINIC_OPERATOR)
    assert "None yet" in client.get(f"{CLINIC}/settings").text
    columns = [f"Column {number}" for number in range(1, 9)]
    mapped = tuple(MappedColumn(at, header, extra=f"c{at}") for at, header in enumerate(columns))
    with transaction(CLINIC_ID):
        load_maps.save_new("Daily appointments", LoadMap(mapped), columns, by=None)
    page = client.get(f"{CLINIC}/settings").text
    assert "Daily appointments" in page
    assert "Column 6 and 2 more" in page


@pytest.mark.parametrize(("who", "status"), [(people.CLINIC_OPERATOR, 200), (people.CLINIC_VIEWER, 403)])
def test_they_are_for_administrators_and_operators(client: FlaskClient, who: str, status: int) -> None:
    people.sign_in(client, who)
    assert client.get(f"{CLINIC}/settings").status_code == status


def test_a_principal_may_not(client: FlaskClient) -> None:
    people.sign_in(client, people.BIRCH_PRINCIPAL)
    assert client.get(f"{SCHOOLS}/settings").status_code == 403
