"""API keys: what is kept of one, who may make one, how many live at once, and whose it is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, ProgrammingError

from app import clock
from app.domain.identity import api_callers, api_keys
from app.domain.identity.api_callers import KeyRefused
from app.domain.identity.networks import checked_networks, lies_within
from app.errors import Conflict, NotFound, Rejected
from app.models import CompanyApiKey
from app.unit_of_work import session, transaction
from tests.blueprints.api.programs import CLINIC, DISTRICT, make_app, make_key

HERE = "192.0.2.1"
VALUES = {"name": "Server", "scopes": ["messages/read"], "days": 30, "networks": ""}


def test_a_key_names_its_company_app_scopes_and_reach(app: Flask) -> None:
    app_id = make_app(DISTRICT, customers=[_birch()])
    key_id, written = make_key(DISTRICT, app_id, scopes=["messages/read", "customers/read"])
    with transaction(platform=True):
        caller = api_callers.who_calls(f"Bearer {written}", HERE)
    assert (caller.company_id, caller.app_id, caller.key_id) == (DISTRICT, app_id, key_id)
    assert caller.scopes == {"messages/read", "customers/read"}
    assert caller.customer_ids == (_birch(),)
    assert caller.touch_due


def test_every_key_is_another(app: Flask) -> None:
    app_id = make_app(CLINIC)
    (_, one), (_, other) = make_key(CLINIC, app_id), make_key(CLINIC, app_id)
    assert len({*one.split("_")[1:], *other.split("_")[1:]}) == 4
    assert len(bytes.fromhex(one.split("_")[2])) * 8 == 256


def test_the_portal_cannot_read_a_hash_back(app: Flask) -> None:
    key_id, _ = make_key(CLINIC, make_app(CLINIC))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(CLINIC):
        session().execute(text("SELECT key_hash FROM company_api_keys"))
    with pytest.raises(InvalidRequestError), transaction(CLINIC):
        key = session().get(CompanyApiKey, (CLINIC, key_id))
        assert key is not None
        _ = key.key_hash


def test_nothing_of_a_key_but_its_end_and_use_can_be_changed(app: Flask) -> None:
    make_key(CLINIC, make_app(CLINIC))
    for change in ("expires_at = now() + interval '99 years'", "scopes = '{messages/body}'", "key_hash = ''"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction(CLINIC):
            session().execute(text(f"UPDATE company_api_keys SET {change}"))


def test_no_row_holds_longer_than_a_year(app: Flask) -> None:
    app_id = make_app(CLINIC)
    row = {"company_app_id": app_id, "api_id": "0" * 24, "key_hash": "0" * 64, "name": "x", "scopes": ["x"]}
    with pytest.raises(IntegrityError), transaction(CLINIC):
        now = clock.now()
        session().add(
            CompanyApiKey(company_id=CLINIC, created_at=now, expires_at=now + timedelta(days=400), **row)
        )
        session().flush()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_key_holds_for_a_day_at_least_and_a_year_at_most(app: Flask, days: int) -> None:
    app_id = make_app(CLINIC)
    with pytest.raises(Rejected, match="a year at most"):
        make_key(CLINIC, app_id, days=days)
    assert make_key(CLINIC, app_id, days=365)


def test_of_two_made_in_the_same_moment_one_waits_its_turn_and_no_third_lives(app: Flask) -> None:
    app_id = make_app(CLINIC)
    first, _ = make_key(CLINIC, app_id)

    def make(_: int) -> bool:
        with app.app_context():
            try:
                with transaction(CLINIC):
                    api_keys.make_key(app_id, VALUES, made_by=1, company_name="x", newest=first)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(make, range(4))) == [False, False, False, True]


def test_an_expired_key_leaves_room_for_another(app: Flask) -> None:
    app_id = make_app(CLINIC)
    for _ in range(2):
        make_key(CLINIC, app_id, days=1)
    with pytest.raises(Conflict, match="two are the most"):
        make_key(CLINIC, app_id)
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert make_key(CLINIC, app_id)
        with transaction(CLINIC):
            assert [one.state for one in api_keys.keys_of(app_id)] == ["live", "expired", "expired"]
            assert [len(keys) for keys in api_keys.keys_by_app().values()] == [1]


def test_a_revoked_key_is_revoked_once(app: Flask) -> None:
    key_id, _ = make_key(CLINIC, make_app(CLINIC))
    for expected in (True, False):
        with transaction(CLINIC):
            assert api_keys.revoke_key(key_id)[1] is expected
    with transaction(DISTRICT), pytest.raises(NotFound):
        api_keys.revoke_key(key_id)


def test_who_was_handed_one_school_makes_and_ends_no_keys(app: Flask) -> None:
    birch = _birch()
    app_id = make_app(DISTRICT, customers=[birch])
    key_id, _ = make_key(DISTRICT, app_id)
    tries: list[Callable[[], object]] = [
        lambda: api_keys.make_key(app_id, VALUES, made_by=1, company_name="x", newest=key_id),
        lambda: api_keys.revoke_key(key_id),
    ]
    for one in tries:
        with transaction(DISTRICT, [birch]), pytest.raises(NotFound):
            one()
    with transaction(DISTRICT, [birch]):
        assert api_keys.keys_of(app_id) == []
        assert session().scalar(text("SELECT count(*) FROM company_api_keys")) == 0


def test_what_is_refused_says_whose_key_it_was_and_why(app: Flask) -> None:
    app_id = make_app(CLINIC)
    _, written = make_key(CLINIC, app_id, networks="203.0.113.0/24")
    with transaction(platform=True):
        with pytest.raises(KeyRefused) as elsewhere:
            api_callers.who_calls(f"Bearer {written}", HERE)
        with pytest.raises(KeyRefused) as nobodys:
            api_callers.who_calls(f"Bearer carillon_{'0' * 24}_{'0' * 64}", HERE)
    told = elsewhere.value
    assert (told.company_id, told.app_id, told.reason) == (
        CLINIC,
        app_id,
        "the network is not one of its own",
    )
    assert nobodys.value.company_id is None


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("203.0.113.7", ["203.0.113.7/32"]),
        ("203.0.113.0/24,\n10.0.0.0/8 10.0.0.0/8", ["203.0.113.0/24", "10.0.0.0/8"]),
        ("2001:db8::/32", ["2001:db8::/32"]),
    ],
)
def test_networks_are_read_as_they_are_typed(typed: str, found: list[str]) -> None:
    assert checked_networks(typed, field="networks") == found


@pytest.mark.parametrize(
    "typed",
    ["10.0.0.1/8", "300.0.0.1", "example.org", "0.0.0.0/0", "::/0", "10.0.0.0/33", "::ffff:10.0.0.0/104"],
)
def test_what_is_no_network_is_refused_with_its_name(typed: str) -> None:
    with pytest.raises(Rejected) as refused:
        checked_networks(typed, field="networks")
    assert refused.value.field == "networks"


def test_an_address_lies_in_its_network_in_either_spelling() -> None:
    assert lies_within("10.1.2.3", ["10.0.0.0/8"])
    assert lies_within("::ffff:10.1.2.3", ["10.0.0.0/8"])
    assert lies_within("anything", [])
    assert not lies_within("unknown", ["10.0.0.0/8"])
    assert not lies_within("11.1.2.3", ["10.0.0.0/8", "2001:db8::/32"])


def _birch() -> int:
    with transaction(DISTRICT):
        return int(session().scalar(text("SELECT id FROM customers WHERE name = 'Birch Elementary'")) or 0)
