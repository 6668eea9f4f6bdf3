"""Whoever tries learns nothing of who has an account: neither from the words nor from the time (S3)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text
from werkzeug.test import TestResponse

from app.domain.identity import passwords
from app.local.cast import PASSWORD
from app.unit_of_work import across_companies, session
from tests.blueprints.pairs import compared
from tests.figures import Figure
from tests.people import CLINIC_ADMIN, CLINIC_OPERATOR, csrf_token, pass_password, shown_code, sign_in, submit

ALLOWED_MS = 5.0
WRONG = "not the password at all"
STRANGER = "stranger@riverside-clinic.example"  # as long as the operator's
LOCKED, OFF = "viewer@riverside-clinic.example", "admin@riverside-clinic.example"
CASES = {
    "unknown": (STRANGER, WRONG), "wrong": (CLINIC_OPERATOR, WRONG),
    "locked": (LOCKED, PASSWORD), "inactive": (OFF, PASSWORD),
}  # fmt: skip


@pytest.mark.timeout(900)
def test_five_hundred_tries_at_known_and_unknown_addresses_get_the_same_bytes_in_the_same_time(
    app: Flask, figure: Figure
) -> None:
    token, told = csrf_token(first := _browser(app)), set()
    browser = _repeating(first)

    def attempt(address: str) -> Callable[[int], None]:
        def ask(_: int) -> None:
            told.add(_said(_type(browser, token, address, WRONG)))

        return ask

    found = compared(attempt(CLINIC_OPERATOR), attempt(STRANGER), pairs=500, before=_forget_failures)
    assert len(told) == 1
    assert not found.is_surely_beyond(ALLOWED_MS), str(found)
    figure("S3 sign-in, known minus unknown address", found)


@pytest.mark.timeout(300)
def test_asking_for_a_new_password_takes_the_same_time_for_known_and_unknown_addresses(
    app: Flask, figure: Figure
) -> None:
    token, told = csrf_token(first := _browser(app)), set()
    browser = _repeating(first)

    def attempt(address: str) -> Callable[[int], None]:
        def ask(number: int) -> None:
            given = {"csrf_token": token, "email_address": address}
            told.add(_said(browser.post("/forgotten", data=given, environ_overrides=_network(number))))

        return ask

    found = compared(attempt(CLINIC_OPERATOR), attempt(STRANGER), pairs=300)
    assert len(told) == 1
    assert not found.is_surely_beyond(ALLOWED_MS), str(found)
    figure("S3 reset, known minus unknown address", found)


@pytest.mark.timeout(300)
def test_inviting_takes_the_same_time_for_known_and_unknown_addresses(app: Flask, figure: Figure) -> None:
    """Known are people of another company, whom the administrator who invites knows nothing of."""
    first, pairs = _browser(app), 150
    sign_in(first, CLINIC_ADMIN)
    _make_people_elsewhere(pairs)
    token, told = csrf_token(first), set()
    browser = _repeating(first)
    role = re.search(r'<option[^>]*value="([0-9]+)"', browser.get("/c/riverside-clinic/people/invite").text)
    assert role

    def attempt(who: str) -> Callable[[int], None]:
        def ask(number: int) -> None:
            given = {
                "csrf_token": token, "email_address": f"{who}{number}@lakeside-utility.example",
                "first_name": "Ada", "last_name": "Byron", "role_id": role[1], "reach": "company",
            }  # fmt: skip
            told.add(_said(browser.post("/c/riverside-clinic/people/invite", data=given)))

        return ask

    found = compared(attempt("known"), attempt("fresh"), pairs=pairs)
    assert len(told) == 1
    assert {status for status, *_ in told} == {"303 SEE OTHER"}
    assert not found.is_surely_beyond(ALLOWED_MS), str(found)
    figure("S3 invitation, known minus unknown address", found)


def test_unknown_wrong_locked_and_inactive_cost_the_same_statements_and_hashes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sql(f"UPDATE users SET locked = true WHERE email_address = '{LOCKED}'")
    _sql(f"UPDATE users SET active = false WHERE email_address = '{OFF}'")
    browser, hashes = _browser(app), _CountingHashes()
    token = csrf_token(browser)
    monkeypatch.setattr(passwords, "_hasher", hashes)
    cost = {}
    for name, (address, password) in CASES.items():
        hashes.made = 0
        with _statements() as asked:
            assert _type(browser, token, address, password).status_code == 422
        cost[name] = (hashes.made, *asked)
        assert hashes.made == 1
        assert len(asked) > 4
    assert len(set(cost.values())) == 1, cost


def test_known_and_unknown_addresses_cost_the_same_statements_when_asked_for_a_new_password(
    app: Flask,
) -> None:
    browser = _browser(app)
    token, cost = csrf_token(browser), set()
    for address in (CLINIC_OPERATOR, STRANGER):
        with _statements() as asked:
            browser.post("/forgotten", data={"csrf_token": token, "email_address": address})
        cost.add(tuple(asked))
    (asked_once,) = cost
    assert asked_once


@pytest.mark.timeout(900)
def test_after_a_thousand_tries_from_everywhere_a_known_browser_still_gets_in(
    client: FlaskClient, app: Flask, figure: Figure
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    client.delete_cookie("sid")
    stranger, statuses = _browser(app), []
    token = csrf_token(stranger)
    for number in range(1000):
        stranger.environ_base |= _network(number)
        statuses.append(_type(stranger, token, CLINIC_OPERATOR, WRONG).status_code)
    assert (statuses.count(422), statuses.count(429)) == (100, 900)
    page = pass_password(client, CLINIC_OPERATOR)
    submit(client, page, {"code": shown_code(page)}, expect=303)
    assert client.get("/account").status_code == 200
    heard, put_off = statuses.count(422), statuses.count(429)
    figure("S3 stuffing", len(statuses), "tries from as many networks")
    figure("S3 stuffing", f"{heard} heard, {put_off} put off, the known browser got in")


@pytest.mark.parametrize("change", [lambda value: value[:-1] + "x", lambda value: "x" + value, lambda _: ""])
def test_a_forged_mark_of_a_known_browser_is_worth_nothing(
    client: FlaskClient, app: Flask, change: Callable[[str], str]
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    cookie = client.get_cookie("device")
    assert cookie is not None
    forger = app.test_client()
    forger.set_cookie("device", change(cookie.value))
    statuses = [_send(forger, CLINIC_OPERATOR, WRONG).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    assert CLINIC_OPERATOR not in cookie.value


class _CountingHashes:
    """The portal's own hashes, counted."""

    def __init__(self) -> None:
        self.made, self._real = 0, passwords._hasher

    def verify(self, stored: str, password: str) -> bool:
        self.made += 1
        return self._real.verify(stored, password)

    def check_needs_rehash(self, stored: str) -> bool:
        return self._real.check_needs_rehash(stored)


@contextmanager
def _statements() -> Iterator[list[str]]:
    """Collect the statements that go to the database meanwhile, without what is put into them."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(re.sub(r"app\.(\w+) = '[^']*'", r"app.\1", statement))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _forget_failures() -> None:
    """Let each try meet the same rows as the first."""
    _sql("DELETE FROM throttles")


def _browser(app: Flask) -> FlaskClient:
    """A client that reads nothing strictly: what it reads is timed."""
    return FlaskClient(app, app.response_class)


def _repeating(browser: FlaskClient) -> FlaskClient:
    """A client that sends what this one holds, the same each time, whatever it is answered."""
    kept = (browser.get_cookie(name) for name in ("page", "sid"))
    cookies = "; ".join(f"{one.key}={one.value}" for one in kept if one)
    same = FlaskClient(browser.application, browser.application.response_class, use_cookies=False)
    same.environ_base["HTTP_COOKIE"] = cookies
    return same


def _network(number: int) -> dict[str, str]:
    return {"REMOTE_ADDR": f"198.51.{number // 200}.{number % 200}"}


def _type(browser: FlaskClient, token: str, address: str, password: str) -> TestResponse:
    given = {"csrf_token": token, "email_address": address, "password": password}
    return browser.post("/sign-in", data=given)


def _send(browser: FlaskClient, address: str, password: str) -> TestResponse:
    return submit(browser, browser.get("/sign-in"), {"email_address": address, "password": password})


def _make_people_elsewhere(count: int) -> None:
    _sql(
        "INSERT INTO users (email_address, first_name, last_name, time_zone)"
        " SELECT 'known' || number || '@lakeside-utility.example', 'Ada', 'Byron', ''"
        f" FROM generate_series(0, {count - 1}) AS number"
    )
    _sql(
        "INSERT INTO user_passwords (user_id, password_hash) SELECT id, 'none'"
        " FROM users WHERE email_address LIKE 'known%'"
    )


def _sql(statement: str) -> None:
    with across_companies(reason="changing rows for a test"):
        session().execute(text(statement))


def _said(answer: TestResponse) -> tuple[str, ...]:
    """Status, page and headers, without the tokens, the address that was typed and the person's number."""
    page = re.sub(r'value="[^"]*@[^"]*"', "", answer.text)
    page = re.sub(r'(name="csrf_token"[^>]*value=|"X-CSRFToken": )"[^"]+"', r"\1", page)
    # A redirect is longer by the digits of the person's number.
    headers = [
        (name, re.sub(r"^(page=)[^;]+|^[0-9a-f]{16}$", r"\1", value))
        for name, value in answer.headers
        if not (answer.location and name == "Content-Length")
    ]
    return answer.status, *(re.sub(r"/people/[0-9]+", "/people/…", str(one)) for one in (page, headers))
