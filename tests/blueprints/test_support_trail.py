"""Support visits a company and reads its trail: who did what to what and when, page by page, filtered."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import text, update

from app.domain.audit import events, reading
from app.domain.audit.reading import TrailFilters, TrailLine
from app.errors import Rejected
from app.keyset import Page
from app.models import Packet, Template
from app.unit_of_work import session, transaction
from tests import people
from tests.isolation.catalogue import Owner
from tests.isolation.planting import plant
from tests.people import SUPPORT, sign_in

TRAIL = "/c/riverside-clinic/trail"
LINE = re.compile(r'id="line-(\d+)"')


@pytest.fixture
def long_trail(app: Flask) -> int:
    """The clinic with well over two pages on its trail, many of them of one moment; returns how many."""
    with transaction(1, user=2):
        session().add_all(Template(company_id=1, name=f"Template {number:03}") for number in range(120))
    with transaction(1):
        return session().scalar(text("SELECT count(*) FROM trail")) or 0


def test_support_sees_it_and_those_without_the_policy_do_not(client: FlaskClient, app: Flask) -> None:
    for email_address, status in (
        (SUPPORT, 302),
        (people.PLATFORM_ADMIN, 302),
        (people.CLINIC_ADMIN, 200),
        (people.CLINIC_OPERATOR, 403),
        (people.CLINIC_VIEWER, 403),
        (people.UTILITY_OPERATOR, 404),
        (people.BIRCH_PRINCIPAL, 404),
    ):
        browser = app.test_client()
        sign_in(browser, email_address)
        assert browser.get(TRAIL).status_code == status, email_address


def test_a_principal_is_refused_the_trail_of_their_own_district(client: FlaskClient) -> None:
    sign_in(client, people.BIRCH_PRINCIPAL)
    assert client.get("/c/maplewood-schools/trail").status_code == 403


def test_looking_at_it_is_on_it(client: FlaskClient) -> None:
    sign_in(client, people.CLINIC_ADMIN)
    client.get(TRAIL)
    page = client.get(f"{TRAIL}?person=&thing=").text
    assert re.search(r"<strong>[^<]+</strong> looked at the trail", page)


def test_old_and_new_values_stand_side_by_side(client: FlaskClient) -> None:
    with transaction(1, user=2):
        renamed = update(Template).where(Template.name == "We have moved").values(name="We <b>moved</b>")
        session().execute(renamed)
    _visit(client)
    page = client.get(f"{TRAIL}?thing=templates").text
    first = page[
        page.index('<li class="trail-line"') : page.index("</li>", page.index('<li class="trail-line"'))
    ]
    assert "<del>We have moved</del>" in first
    assert "<ins>We &lt;b&gt;moved&lt;/b&gt;</ins>" in first
    assert "<strong>Oscar Reyes</strong> changed name of the template" in first


def test_it_is_filtered_by_person(client: FlaskClient, long_trail: int) -> None:
    _visit(client)
    everybody, oscar = client.get(f"{TRAIL}?person=").text, client.get(f"{TRAIL}?person=2").text
    assert {"Oscar Reyes"} == set(re.findall(r"<strong>([^<]+)</strong> created", oscar))
    assert "Oscar Reyes" in everybody
    assert re.search(r'<option selected value="2">Oscar Reyes</option>', oscar)
    assert f'href="{TRAIL}"' in oscar


def test_it_is_filtered_by_thing_and_by_one_thing(client: FlaskClient, long_trail: int) -> None:
    _visit(client)
    customers = client.get(f"{TRAIL}?thing=customers").text
    assert "created the customer “Riverside Pediatrics”" in customers
    assert "template" not in " ".join(re.findall(r"<strong>.*?</span>", customers, re.S)).lower()
    one = client.get(f"{TRAIL}?thing=customers&thing_id=1").text
    assert "Riverside Main Street" in one
    assert len(LINE.findall(one)) == 1
    assert "Nothing found" in client.get(f"{TRAIL}?thing=customers&thing_id=99999").text
    assert client.get(f"{TRAIL}?thing=customers&thing_id={'9' * 5000}").status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("first_day=2026-03-04&last_day=2026-03-04", ["2026-03-04 00:00", "2026-03-04 23:59"]),
        ("first_day=2026-03-05", ["2026-03-05 00:00"]),
        ("last_day=2026-03-03", ["2026-03-03 23:59"]),
    ],
)
def test_days_are_those_of_the_companys_zone_both_included(
    client: FlaskClient, owner: Owner, query: str, shown: list[str]
) -> None:
    """The clinic is in New York: its day begins at five in the morning of the server's clock."""
    moments = ["2026-03-03 23:59", "2026-03-04 00:00", "2026-03-04 23:59", "2026-03-05 00:00"]
    _put_on_trail(owner, moments)
    _visit(client)
    page = client.get(f"{TRAIL}?person=7777&{query}").text
    assert sorted(re.findall(r"uploaded “([^”]+)”", page)) == sorted(shown)


def test_lines_stand_under_the_days_of_the_companys_zone(client: FlaskClient, owner: Owner) -> None:
    _put_on_trail(owner, ["2026-03-03 23:59", "2026-03-04 00:00", "2026-03-04 12:00"])
    _visit(client)
    page = client.get(f"{TRAIL}?person=7777").text
    assert re.findall(r'<h2 id="day-[^"]+">([^<]+)</h2>', page) == [
        "Wednesday, March 4, 2026",
        "Tuesday, March 3, 2026",
    ]
    wednesday, tuesday = page.split('<section class="trail-day"')[1:]
    assert (len(LINE.findall(wednesday)), len(LINE.findall(tuesday))) == (2, 1)


def test_what_the_machine_did_to_one_thing_in_a_row_is_folded_and_all_there(
    client: FlaskClient, app: Flask
) -> None:
    with transaction(1):
        made = Template(company_id=1, name="We are closed")
        session().add(made)
        session().flush()
        for name in ("We are open", "We are late"):
            session().execute(update(Template).where(Template.id == made.id).values(name=name))
    _visit(client)
    page = client.get(f"{TRAIL}?thing=templates&thing_id={made.id}").text
    assert page.count('<li class="trail-run"') == 1
    assert "after 2 earlier steps" in page
    assert len(LINE.findall(page)) == 3


def test_a_changed_thing_is_called_by_its_name_and_by_where_it_came_to_stand(
    client: FlaskClient, app: Flask
) -> None:
    packet_id = plant("riverside-clinic", "Riverside Main Street").ids["data_packets"]
    with transaction(1, user=2):
        here = update(Packet).where(Packet.company_id == 1, Packet.id == packet_id)
        session().execute(here.values(filename="monday.csv", stage="mapped"))
        session().execute(here.values(stage="loaded"))
    _visit(client)
    page = client.get(f"{TRAIL}?thing=data_packets").text
    assert "changed stage of the import “monday.csv” from mapped to loaded" in page


def test_a_day_that_is_none_is_refused_in_words(client: FlaskClient) -> None:
    _visit(client)
    answer = client.get(f"{TRAIL}?first_day=yesterday")
    assert answer.status_code == 422
    assert "Not a valid date value" in answer.text


@pytest.mark.parametrize(
    "query", ["before=nonsense", "after=2026_x", "before=2026-01-01T00:00:00_1_2", "after=_"]
)
def test_a_broken_link_to_a_page_is_refused_in_words(client: FlaskClient, query: str) -> None:
    _visit(client)
    answer = client.get(f"{TRAIL}?{query}")
    assert answer.status_code == 422
    assert "Start again from the newest" in answer.text


@pytest.mark.parametrize(
    "query", ["person=abc", "person=99999999999999999999", "thing=nothing", "thing_id=x"]
)
def test_an_odd_filter_never_breaks_the_page(client: FlaskClient, query: str) -> None:
    _visit(client)
    assert client.get(f"{TRAIL}?{query}").status_code in (200, 404, 422)


def test_pages_lead_through_the_whole_trail_and_back(client: FlaskClient, long_trail: int) -> None:
    sign_in(client, people.CLINIC_ADMIN)  # What a visit looks at would itself be new on the trail.
    address: str | None = f"{TRAIL}?thing="
    pages = []
    while address:
        page = client.get(address).text
        pages.append(LINE.findall(page))
        last, address = address, _link(page, "next")
    assert len(pages) >= 3
    assert len({line for page in pages for line in page}) == sum(map(len, pages)) >= long_trail
    back: str | None = _link(client.get(last).text, "prev")
    returned = [pages[-1]]
    while back:
        page = client.get(back).text
        returned.append(LINE.findall(page))
        back = _link(page, "prev")
    assert [line for page in returned[::-1] for line in page] == [line for page in pages for line in page]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=some.lists(some.integers(0, 3), max_size=12), size=some.integers(1, 5))
def test_keyset_pages_cover_every_entry_once_in_both_directions(
    app: Flask, owner: Owner, minutes: list[int], size: int
) -> None:
    """Also where many entries are of the same moment, and where a page ends between two of them."""
    owner.execute("ALTER TABLE trail NO FORCE ROW LEVEL SECURITY; DELETE FROM trail WHERE company_id = 3")
    _put_on_trail(owner, [f"2026-03-04 00:0{minute}" for minute in minutes], company=3)
    usual, reading.PAGE = reading.PAGE, size
    try:
        with transaction(3):
            everything = list(session().scalars(text("SELECT id FROM trail ORDER BY at DESC, id DESC")))
            forward = list(_pages("older"))
            assert [line.id for page in forward for line in page.lines] == everything
            backward = list(_pages("newer", forward[-1])) if forward else []
            assert [line.id for page in backward[::-1] for line in page.lines] == everything
    finally:
        reading.PAGE = usual


def test_a_cursor_that_no_page_gave_out_is_refused(app: Flask) -> None:
    with transaction(1), pytest.raises(Rejected):
        reading.page(TrailFilters(), before="yesterday")


def test_every_action_can_be_said(client: FlaskClient) -> None:
    with transaction(1, user=2):
        for action in events.SENTENCES:
            values: dict[str, Any] = dict.fromkeys(events.keys_of(action), "<i>value</i>")
            events.record(action, **values)
    _visit(client)
    page = client.get(f"{TRAIL}?person=2").text
    assert "<i>value</i>" not in page
    assert page.count("&lt;i&gt;value&lt;/i&gt;") >= 10


def test_the_last_of_all_days_can_be_asked_for(client: FlaskClient) -> None:
    _visit(client)
    assert client.get(TRAIL, query_string={"last_day": "9999-12-31"}).status_code == 200


def _visit(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    people.visit(client, "riverside-clinic")


def _pages(way: str, start: Page[TrailLine] | None = None) -> Iterator[Page[TrailLine]]:
    """The pages from the newest (or from `start`) on, in one direction."""
    page = start or reading.page(TrailFilters())
    while page.lines:
        yield page
        if way == "older" and page.older:
            page = reading.page(TrailFilters(), before=page.older)
        elif way == "newer" and page.newer:
            page = reading.page(TrailFilters(), after=page.newer)
        else:
            return


def _put_on_trail(owner: Owner, moments: list[str], company: int = 1) -> None:
    """Put entries at these moments of New York's clock on a trail, which only the schema's owner can."""
    for moment in moments:
        at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("America/New_York"))
        owner.execute(
            "INSERT INTO trail (company_id, at, user_id, action, details) "
            "VALUES (%s, %s, 7777, 'packet.uploaded', jsonb_build_object('filename', %s::text))",
            (company, at, moment),
        )
    owner.commit()


def _link(page: str, rel: str) -> str | None:
    found = re.search(rf'<a [^>]*rel="{rel}"[^>]*>', page)
    href = re.search(r'href="([^"]+)"', found[0]) if found else None
    return unescape(href[1]) if href else None
