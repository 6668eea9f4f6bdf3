"""Changing one's password or address: with care, with the old ones told, and with other sessions ended."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.domain.identity import email_addresses
from app.local.cast import PASSWORD
from tests.domain.identity.mailbox import Mailbox, link_in, opened
from tests.people import CLINIC_ADMIN, CLINIC_OPERATOR, SUPPORT, pass_password, sign_in, submit

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
NEW_PASSWORD = "lantern quiet harbor moss"
NEW_ADDRESS = "oscar@new-home.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with opened(app, monkeypatch) as found:
        yield found


def test_a_new_password_is_told_and_ends_the_other_sessions(
    client: FlaskClient, app: Flask, mailbox: Mailbox
) -> None:
    other = app.test_client()
    sign_in(other, CLINIC_OPERATOR)
    sign_in(client, CLINIC_OPERATOR)
    answer = _choose(client, NEW_PASSWORD, others="y")
    assert answer == 303
    assert client.get("/account").status_code == 200
    assert other.get("/account").location.startswith("/sign-in")
    assert "password of your account was changed" in mailbox.to(CLINIC_OPERATOR).text
    pass_password(app.test_client(), CLINIC_OPERATOR, password=NEW_PASSWORD)


def test_other_sessions_may_stay(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    sign_in(other, CLINIC_OPERATOR)
    sign_in(client, CLINIC_OPERATOR)
    assert _choose(client, NEW_PASSWORD) == 303
    assert other.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        (PASSWORD, "one of your last 5 passwords"),
        ("riverside clinic 1", "near at hand"),
        ("operator riverside", "near at hand"),
        ("too short", "12 to 256"),
    ],
)
def test_a_password_that_is_refused_says_why(client: FlaskClient, typed: str, reason: str) -> None:
    sign_in(client, CLINIC_OPERATOR)
    page = client.get("/account/password")
    assert reason in submit(client, page, {"password": typed}, form=_own(page.text), expect=422).text


def test_support_needs_fifteen_characters(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    page = client.get("/account/password")
    refused = submit(client, page, {"password": "lantern moss q"}, form=_own(page.text), expect=422)
    assert "15 to 256" in refused.text


@pytest.mark.parametrize("path", ["/account/password", "/account/email"])
def test_after_a_quarter_of_an_hour_one_proves_who_one_is_first(client: FlaskClient, path: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, CLINIC_OPERATOR)
        assert client.get(path).status_code == 200
        clock.shift(timedelta(minutes=10))
        assert client.get(path).status_code == 200
        clock.shift(timedelta(minutes=6))
        assert client.get(path).location.startswith("/account/prove")


def test_a_new_address_is_confirmed_in_its_mailbox_and_told_to_both(
    client: FlaskClient, app: Flask, mailbox: Mailbox
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    page = client.get("/account/email")
    submit(client, page, {"email_address": NEW_ADDRESS.upper()}, form=_own(page.text), expect=303)
    link = link_in(mailbox.to(NEW_ADDRESS))
    pass_password(app.test_client(), CLINIC_OPERATOR)
    page = client.get(link)
    assert NEW_ADDRESS in page.text
    submit(client, page, {}, form=_own(page.text), expect=303)
    told = {mail.to for mail in mailbox.collect() if "was changed from" in mail.text}
    assert told == {NEW_ADDRESS, CLINIC_OPERATOR}
    pass_password(app.test_client(), NEW_ADDRESS)
    assert client.get(link).status_code == 410


def test_an_address_of_somebody_else_is_neither_taken_nor_betrayed(
    client: FlaskClient, mailbox: Mailbox
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    page = client.get("/account/email")
    answers = [
        submit(client, page, {"email_address": address}, form=_own(page.text))
        for address in (NEW_ADDRESS, CLINIC_ADMIN)
    ]
    assert len({(answer.status, answer.location) for answer in answers}) == 1
    assert [mail.to for mail in mailbox.collect()] == [NEW_ADDRESS]


def test_an_address_that_somebody_takes_at_the_same_moment_stays_theirs(
    client: FlaskClient, app: Flask, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    monkeypatch.setattr(email_addresses.accounts, "by_address", lambda _address: None)
    page = client.get("/account/email")
    submit(client, page, {"email_address": CLINIC_ADMIN}, form=_own(page.text), expect=303)
    link = link_in(mailbox.to(CLINIC_ADMIN))
    page = client.get(link)
    refused = submit(client, page, {}, form=_own(page.text), expect=409)
    assert "Nothing of yours was saved" in refused.text
    pass_password(app.test_client(), CLINIC_OPERATOR)


def test_the_link_of_a_new_address_is_worth_nothing_to_another_person(
    client: FlaskClient, app: Flask, mailbox: Mailbox
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    page = client.get("/account/email")
    submit(client, page, {"email_address": NEW_ADDRESS}, form=_own(page.text), expect=303)
    link = link_in(mailbox.to(NEW_ADDRESS))
    other = app.test_client()
    sign_in(other, CLINIC_ADMIN)
    assert other.get(link).status_code == 410
    assert app.test_client().get(link).location.startswith("/sign-in")


def test_a_browser_that_was_not_known_is_told_of_and_a_known_one_is_not(
    client: FlaskClient, app: Flask, mailbox: Mailbox
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    assert mailbox.collect() == []  # the very first
    client.delete_cookie("sid")
    sign_in(client, CLINIC_OPERATOR)
    assert mailbox.collect() == []
    stranger = app.test_client()
    stranger.environ_base |= {"HTTP_USER_AGENT": FIREFOX, "REMOTE_ADDR": "203.0.113.9"}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=2)):
        sign_in(stranger, CLINIC_OPERATOR)
        text = mailbox.to(CLINIC_OPERATOR).text
    assert "Firefox on Windows, from 203.0.113.9" in text


def _choose(client: FlaskClient, password: str, **more: str) -> int:
    page = client.get("/account/password")
    values = {"password": password, **more}
    return submit(client, page, values, form=_own(page.text)).status_code


def _own(html: str) -> int:
    """The place of the page's own form among those of the shell."""
    before = html.partition("<main")[0]
    return before.count("<form")
