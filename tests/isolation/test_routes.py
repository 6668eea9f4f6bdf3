"""Every route, tried by everybody who must not get through it (T-IDOR): a route without an entry fails."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app import models
from app.blueprints.doors import GUARD, Guard
from app.domain.access.policies import ROLES
from app.unit_of_work import across_companies, session
from tests import people
from tests.isolation.planting import Story, plant
from tests.people import csrf_token, sign_in

# Which table an id in an address belongs to. A new kind of id needs a line here, and a planted row.
TABLE_OF = {
    "packet_id": "data_packets",
    "broadcast_id": "broadcasts",
    "message_id": "messages",
    "template_id": "templates",
    "customer_id": "customers",
    "location_id": "company_locations",
    "grant_id": "user_roles",
    "role_id": "roles",
    "user_id": "users",
}
NEIGHBOURS = 3
LARGER_THAN_ANY = 10**19
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Door:
    """One route of a company and one of its methods."""

    rule: Rule
    method: str
    guard: Guard

    def addresses(self, alias: str, story: Story) -> Iterator[str]:
        """The addresses with the planted ids, and with the numbers around which other rows lie."""
        names = [name for name in self.rule.arguments if name != "alias"]
        unknown = set(names) - TABLE_OF.keys()
        assert not unknown, f"{self.rule} has {unknown}: say in TABLE_OF which table's ids these are."
        choices = [{name: story.ids[TABLE_OF[name]] for name in names}]
        if names:
            choices += [
                dict.fromkeys(names, number) for number in (*range(1, NEIGHBOURS + 1), LARGER_THAN_ANY)
            ]
        for values in choices:
            built = self.rule.build({"alias": alias, **values})
            assert built is not None
            yield built[1]


@pytest.fixture
def doors(app: Flask) -> list[Door]:
    """All doors of a company. A route that is not under its alias needs another proof, and says so here."""
    found = [
        Door(rule, method, getattr(app.view_functions[rule.endpoint], GUARD))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]
    beside = {door.rule.endpoint.partition(".")[0] for door in found if "alias" not in door.rule.arguments}
    assert beside == {
        "sign_in",
        "account",
        "demo",
        "health",
        "callbacks",
        "reports",
        "styleguide",
        "support",
        "platform",
    }
    return [door for door in found if "alias" in door.rule.arguments]


def test_the_operator_of_another_company_finds_nothing_at_any_address(
    client: FlaskClient, doors: list[Door]
) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.UTILITY_OPERATOR)
    before = _rows(clinic.company_id)
    for door, address, answer in _try_all(client, doors, "riverside-clinic", clinic):
        assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"
        _keeps_quiet(answer, clinic, "Riverside")
    assert _rows(clinic.company_id) == before


def test_a_foreign_company_looks_like_one_that_does_not_exist(client: FlaskClient) -> None:
    sign_in(client, people.UTILITY_OPERATOR)
    differs = re.compile(r'reference <code>\w+</code>|"X-CSRFToken": "[^"]+"|value="[^"]+"|-left="\d+"')
    asked = ("riverside-clinic", "no-such-company")
    pages = {alias: client.get(f"/c/{alias}/") for alias in asked}
    assert [page.status_code for page in pages.values()] == [404, 404]
    assert len({differs.sub("", page.text.replace(alias, "asked")) for alias, page in pages.items()}) == 1


def test_an_address_of_ones_own_company_does_not_open_the_rows_of_another(
    client: FlaskClient, doors: list[Door]
) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.UTILITY_OPERATOR)
    before = _rows(clinic.company_id)
    for door, address, answer in _try_all(client, doors, "lakeside-utility", clinic):
        _keeps_quiet(answer, clinic, "Riverside")
        if len(door.rule.arguments) > 1 or door.method == "POST":
            assert answer.status_code in (403, 404, 422), f"{door.method} {address}: {answer.status}"
    assert _rows(clinic.company_id) == before


def test_a_principal_finds_nothing_of_the_other_school(client: FlaskClient, doors: list[Door]) -> None:
    plant("maplewood-schools", "Birch Elementary")
    cedar = plant("maplewood-schools", "Cedar High School")
    sign_in(client, people.BIRCH_PRINCIPAL)
    before = _rows(cedar.company_id, cedar.customer_id)
    for door, address, answer in _try_all(client, doors, "maplewood-schools", cedar):
        _keeps_quiet(answer, cedar, "Cedar")
        if len(door.rule.arguments) > 1 and str(cedar.ids[TABLE_OF[_id_of(door)]]) in address:
            lacks = (door.guard.module, door.guard.function) not in _policies("principal")
            assert answer.status_code == (403 if lacks else 404), f"{door.method} {address}: {answer.status}"
    assert _rows(cedar.company_id, cedar.customer_id) == before


def test_what_others_do_not_see_their_own_administrator_does(client: FlaskClient, doors: list[Door]) -> None:
    """Else the walks above would prove nothing: the same addresses show the planted words to their own."""
    cedar = plant("maplewood-schools", "Cedar High School")
    sign_in(client, people.DISTRICT_ADMIN)
    pages = [door for door in doors if door.method == "GET"]
    shown = {
        _id_of(door)
        for door, _, answer in _try_all(client, pages, "maplewood-schools", cedar)
        if cedar.canary in answer.text
    }
    assert shown >= {_id_of(door) for door in pages if _id_of(door)}


def test_a_stranger_is_sent_to_the_sign_in_page(client: FlaskClient, doors: list[Door]) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    before = _rows(clinic.company_id)
    for door, address, answer in _try_all(client, doors, "riverside-clinic", clinic):
        assert answer.status_code == 302, f"{door.method} {address}: {answer.status}"
        assert answer.location.startswith("/sign-in"), address
        _keeps_quiet(answer, clinic, "Riverside Main")
    assert _rows(clinic.company_id) == before


def test_a_strangers_fragment_moves_the_whole_page(client: FlaskClient, doors: list[Door]) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    tried = _try_all(client, doors, "riverside-clinic", clinic, headers={"HX-Request": "true"})
    for door, address, answer in tried:
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in"), (
            door.method,
            address,
        )
        assert not answer.data


def test_who_is_turned_off_is_sent_to_the_sign_in_page_at_once(
    client: FlaskClient, doors: list[Door]
) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.CLINIC_ADMIN)
    _change("UPDATE users SET active = false WHERE email_address = :email", email=people.CLINIC_ADMIN)
    for door, address, answer in _try_all(client, doors, "riverside-clinic", clinic):
        assert answer.status_code == 302, f"{door.method} {address}: {answer.status}"
        assert answer.location.startswith("/sign-in"), address


def test_whose_grant_is_taken_away_finds_nothing_at_once(client: FlaskClient, doors: list[Door]) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.CLINIC_ADMIN)
    assert client.get("/c/riverside-clinic/trail").status_code == 200
    _change(
        "DELETE FROM user_roles WHERE user_id = (SELECT id FROM users WHERE email_address = :email)",
        email=people.CLINIC_ADMIN,
    )
    for door, address, answer in _try_all(client, doors, "riverside-clinic", clinic):
        assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"


def test_a_company_that_is_turned_off_is_closed(client: FlaskClient, doors: list[Door]) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.CLINIC_ADMIN)
    _change("UPDATE companies SET active = false WHERE id = :id", id=clinic.company_id)
    for door, address, answer in _try_all(client, doors, "riverside-clinic", clinic):
        assert answer.status_code == 404, f"{door.method} {address}: {answer.status}"


@pytest.mark.parametrize(
    ("email_address", "role"),
    [
        (people.CLINIC_VIEWER, "viewer"),
        (people.CLINIC_OPERATOR, "operator"),
        (people.SUPPORT, "support"),
        (people.PLATFORM_ADMIN, "platform_administrator"),
    ],
)
def test_what_a_role_does_not_include_is_refused(
    client: FlaskClient, doors: list[Door], email_address: str, role: str
) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, email_address)
    before = _rows(clinic.company_id)
    closed = [door for door in doors if (door.guard.module, door.guard.function) not in _policies(role)]
    assert closed
    for door, address, answer in _try_all(client, closed, "riverside-clinic", clinic):
        assert answer.status_code == 403, f"{door.method} {address}: {answer.status}"
        assert clinic.canary not in answer.text
    assert _rows(clinic.company_id) == before


def test_a_viewer_changes_nothing_whatever_they_send(client: FlaskClient, doors: list[Door]) -> None:
    """Every POST is refused, but for the counting that only looks."""
    clinic = plant("riverside-clinic", "Riverside Main Street")
    sign_in(client, people.CLINIC_VIEWER)
    writes = [door for door in doors if door.method == "POST"]
    allowed = {
        door.rule.endpoint
        for door, _, answer in _try_all(client, writes, "riverside-clinic", clinic)
        if answer.status_code != 403
    }
    assert allowed <= {"ingest.counts_create"}


def test_a_poll_alone_keeps_nobody_signed_in(client: FlaskClient, doors: list[Door]) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    polls = [door for door in doors if door.guard.poll]
    assert polls
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, people.CLINIC_OPERATOR)
        clock.shift(timedelta(minutes=10))
        for door in polls:
            for address in door.addresses("riverside-clinic", clinic):
                client.get(address)
                assert _last_seen() == NOON, address
        client.get("/c/riverside-clinic/")
        assert _last_seen() == NOON + timedelta(minutes=10)


def _try_all(
    client: FlaskClient, doors: list[Door], alias: str, story: Story, headers: dict[str, str] | None = None
) -> Iterator[tuple[Door, str, TestResponse]]:
    """Try each door at each address, with all answers that a form or a query could name."""
    given = {
        "template": story.ids["templates"], "template_id": story.ids["templates"],
        "broadcast": story.ids["broadcasts"], "audience": f"packet-{story.ids['data_packets']}",
        "channels": "sms", "when": "now", "key": "k" * 20, "go": "1", "then": "send", "saving": "nothing",
        "grants": story.ids["user_roles"], "role_id": story.ids["roles"], "reach": "company", "opened": "1",
        "policies": "people/manage", "name": "Taken over",
        "customer": story.customer_id or 0, "customer_id": story.customer_id or 0,
    }  # fmt: skip
    token = csrf_token(client)
    sent = {"X-CSRFToken": token, **(headers or {})}
    for door in doors:
        for address in door.addresses(alias, story):
            extra: dict[str, Any] = {"query_string": given} if door.method == "GET" else {"data": given}
            yield door, address, client.open(address, method=door.method, headers=sent, **extra)
            if door.method == "GET":
                yield door, address, client.get(address, headers=headers)


def _keeps_quiet(answer: TestResponse, story: Story, name: str) -> None:
    for said in (answer.text, str(answer.headers)):
        assert story.canary not in said, answer.request.path
    assert name not in answer.text, answer.request.path


def _id_of(door: Door) -> str:
    return next((name for name in door.rule.arguments if name != "alias"), "")


def _policies(role: str) -> frozenset[tuple[str, str]]:
    return next(one.policies for one in ROLES if one.key == role)


def _rows(company_id: int, customer_id: int | None = None) -> dict[str, int]:
    """How many rows a company has of each kind, but for what merely looking leaves behind."""
    with across_companies(reason="counting rows in a test"):
        counts = {}
        for table in models.metadata.sorted_tables:
            if "company_id" not in table.columns or table.name == "trail":
                continue
            query = select(func.count()).select_from(table).where(table.c.company_id == company_id)
            if customer_id and "customer_id" in table.columns:
                query = query.where(table.c.customer_id == customer_id)
            elif customer_id:
                continue
            counts[table.name] = session().scalar(query) or 0
        return counts


def _change(statement: str, **values: object) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement), values)


def _last_seen() -> datetime:
    with across_companies(reason="looking at a session in a test"):
        found = session().scalar(text("SELECT max(last_seen_at) FROM user_sessions WHERE kind = 'signed_in'"))
        assert isinstance(found, datetime)
        return found
