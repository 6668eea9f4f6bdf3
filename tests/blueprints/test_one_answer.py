"""Whoever tries learns nothing of who has an account: neither from the words nor from the time (S3)."""

import re
import statistics
import sys
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.local.cast import PASSWORD
from app.unit_of_work import across_companies, session
from tests.people import CLINIC_OPERATOR, pass_password, shown_code, sign_in, submit

TIMES = 200
GENEROUS = 0.5
WRONG = "not the password at all"
STRANGER = "nobody@riverside-clinic.example"
LOCKED, OFF = "viewer@riverside-clinic.example", "admin@riverside-clinic.example"
CASES = {
    "unknown": (STRANGER, WRONG), "wrong": (CLINIC_OPERATOR, WRONG),
    "locked": (LOCKED, PASSWORD), "inactive": (OFF, PASSWORD),
}  # fmt: skip


@pytest.mark.timeout(900)
def test_two_hundred_tries_of_each_kind_get_the_same_bytes_in_the_same_time(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    _sql(f"UPDATE users SET locked = true WHERE email_address = '{LOCKED}'")
    _sql(f"UPDATE users SET active = false WHERE email_address = '{OFF}'")
    told: set[object] = set()
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(TIMES):
        for name, (address, password) in CASES.items():
            answer, seconds = _timed(app, address, password)
            told.add((answer.status, _without_what_differs(answer), tuple(sorted(answer.headers.keys()))))
            taken[name].append(seconds)
    middles = {name: statistics.median(values) * 1000 for name, values in taken.items()}
    widest = max(middles.values()) - min(middles.values())
    with capsys.disabled():
        said = ", ".join(f"{name} {mean:.1f}" for name, mean in middles.items())
        sys.stdout.write(f"\nS3: {TIMES} tries each, median ms: {said}; widest difference {widest:.1f}\n")
    assert len(told) == 1
    assert widest < GENEROUS * min(middles.values())


@pytest.mark.timeout(900)
def test_after_a_thousand_tries_from_everywhere_a_known_browser_still_gets_in(
    client: FlaskClient, app: Flask
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    client.delete_cookie("sid")
    statuses = []
    for number in range(1000):
        stranger = app.test_client()
        stranger.environ_base["REMOTE_ADDR"] = f"198.51.{number // 200}.{number % 200}"
        statuses.append(_send(stranger, CLINIC_OPERATOR, WRONG).status_code)
    assert (statuses.count(422), statuses.count(429)) == (100, 900)
    page = pass_password(client, CLINIC_OPERATOR)
    submit(client, page, {"code": shown_code(page)}, expect=303)
    assert client.get("/account").status_code == 200


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


def _timed(app: Flask, address: str, password: str) -> tuple[TestResponse, float]:
    browser = app.test_client()
    page = browser.get("/sign-in")
    _sql("DELETE FROM throttles")
    began = time.perf_counter()
    answer = submit(browser, page, {"email_address": address, "password": password})
    return answer, time.perf_counter() - began


def _send(browser: FlaskClient, address: str, password: str) -> TestResponse:
    return submit(browser, browser.get("/sign-in"), {"email_address": address, "password": password})


def _sql(statement: str) -> None:
    with across_companies(reason="changing rows for a test"):
        session().execute(text(statement))


def _without_what_differs(answer: TestResponse) -> str:
    """The page without the tokens and the address that was typed."""
    page = re.sub(r'value="[^"]*@[^"]*"', "", answer.text)
    page = re.sub(r'(name="csrf_token"[^>]*value=)"[^"]+"', r"\1", page)
    return re.sub(r'("X-CSRFToken": )"[^"]+"', r"\1", page)
