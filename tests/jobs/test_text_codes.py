"""Codes by text: off until a company allows them, to a proven number, by a job, each bound to its try."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.jobs import text_codes as job
from app.unit_of_work import across_companies, session
from tests.domain.delivery.conftest import far_end, simulator
from tests.domain.delivery.world import sending_through
from tests.people import CLINIC_OPERATOR, CLINIC_VIEWER, SUPPORT, csrf_token, pass_password, sign_in, submit
from tests.simulator.process import RunningSimulator

__all__ = ["far_end", "simulator"]
NUMBER = "+12125550142"


@dataclass(frozen=True, slots=True)
class Phone:
    """The number at the far end, and how many texts it had before the test began."""

    far_end: RunningSimulator
    before: int

    @property
    def texts(self) -> list[str]:
        """What it shows since then, oldest first."""
        return [one["body"] for one in self.far_end.ledger("sms", to=NUMBER)][self.before :]


@pytest.fixture
def phone(simulator: RunningSimulator) -> Phone:
    """The phone of whoever asks for a code."""
    return Phone(simulator, len(simulator.ledger("sms", to=NUMBER)))


def test_a_number_is_proven_and_then_opens_the_account(client: FlaskClient, app: Flask, phone: Phone) -> None:
    _allow()
    _prove_number(client, app, phone)
    half = app.test_client()
    _ask(half)
    (code,) = _deliver(app, phone)
    assert len(phone.texts) == 2
    page = half.get("/sign-in/text")
    assert submit(half, page, {"code": "000000"}).status_code == 422
    assert submit(half, page, {"code": code}).location == "/companies"
    assert half.get("/account/security").status_code == 200


def test_a_code_is_bound_to_its_try_and_used_once(client: FlaskClient, app: Flask, phone: Phone) -> None:
    _allow()
    _prove_number(client, app, phone)
    asked, other = app.test_client(), app.test_client()
    _ask(asked)
    (code,) = _deliver(app, phone)
    pass_password(other, CLINIC_OPERATOR)
    assert submit(other, other.get("/sign-in/text"), {"code": code}).status_code == 422
    stranger = app.test_client()
    pass_password(stranger, CLINIC_VIEWER)
    assert stranger.get("/sign-in/text").status_code == 403
    page = asked.get("/sign-in/text")
    assert submit(asked, page, {"code": code}).status_code == 303
    assert _deliver(app, phone) == []


def test_a_code_holds_ten_minutes(client: FlaskClient, app: Flask, phone: Phone) -> None:
    _allow()
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        sign_in(client, CLINIC_OPERATOR)
        _send_to(client, NUMBER)
        (code,) = _deliver(app, phone)
        clock.shift(timedelta(minutes=10, seconds=1))
        page = client.get("/account/text-codes/code")
        assert _type(client, code) == 422
        assert page.status_code == 200


def test_five_codes_at_most_are_on_their_way(client: FlaskClient, app: Flask, phone: Phone) -> None:
    _allow()
    sign_in(client, CLINIC_OPERATOR)
    assert [_send_to(client, NUMBER) for _ in range(6)] == [303] * 5 + [422]


def test_it_is_off_until_the_company_allows_it(client: FlaskClient, app: Flask, phone: Phone) -> None:
    sign_in(client, CLINIC_OPERATOR)
    assert "Codes by text" not in client.get("/account/security").text
    assert client.get("/account/text-codes").status_code == 403
    assert _send_to(client, NUMBER) == 403


def test_it_never_opens_the_account_of_our_staff(client: FlaskClient, phone: Phone) -> None:
    _allow()
    sign_in(client, SUPPORT)
    assert _send_to(client, NUMBER) == 403


def test_a_company_that_forbids_it_again_ends_it(client: FlaskClient, app: Flask, phone: Phone) -> None:
    _allow()
    _prove_number(client, app, phone)
    half = app.test_client()
    _ask(half)
    (code,) = _deliver(app, phone)
    _change("UPDATE companies SET text_codes = false")
    assert submit(half, half.get("/sign-in/text"), {"code": code}).status_code == 422


def test_a_number_that_changed_is_no_factor(client: FlaskClient, app: Flask, phone: Phone) -> None:
    _allow()
    _prove_number(client, app, phone)
    _change("UPDATE users SET phone_number = '+12125550199'")
    assert "by text" not in pass_password(app.test_client(), CLINIC_OPERATOR).text


def _prove_number(client: FlaskClient, app: Flask, phone: Phone) -> None:
    sign_in(client, CLINIC_OPERATOR)
    assert _send_to(client, "(212) 555-0142") == 303
    (code,) = _deliver(app, phone)
    assert _type(client, code) == 303


def _send_to(client: FlaskClient, number: str) -> int:
    given = {"csrf_token": csrf_token(client), "phone_number": number}
    return client.post("/account/text-codes", data=given).status_code


def _type(client: FlaskClient, code: str) -> int:
    given = {"csrf_token": csrf_token(client), "code": code}
    return client.post("/account/text-codes/code", data=given).status_code


def _ask(client: FlaskClient) -> None:
    pass_password(client, CLINIC_OPERATOR)
    asked = client.post("/sign-in/text", data={"csrf_token": csrf_token(client)})
    assert asked.status_code == 303


def _deliver(app: Flask, phone: Phone) -> list[str]:
    """Do what the worker does with the codes that wait; return what the phone shows."""
    with across_companies(reason="finding codes in a test"):
        waiting = session().scalars(text("SELECT id FROM user_text_codes WHERE state = 'waiting'")).all()
        company = session().scalar(text("SELECT id FROM companies WHERE alias = 'riverside-clinic'"))
    before = len(phone.texts)
    with sending_through(app, phone.far_end):
        for number in (*waiting, *waiting):  # Rung twice, sent once.
            job.send_text_code(int(company or 0), number)
    return [found[0] for one in phone.texts[before:] if (found := re.search(r"[0-9]{6}", one))]


def _allow() -> None:
    _change("UPDATE companies SET text_codes = true")


def _change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))
