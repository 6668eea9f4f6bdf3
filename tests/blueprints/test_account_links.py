"""Invitations and resets: one link, one use, one person; and never a way past the second factor."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.domain.identity import account_links, invitations, lost_factor, resets
from app.domain.identity.account_links import LinkDead, LinkKind, make_link
from app.domain.identity.account_wordings import PATHS
from app.errors import Conflict, Rejected
from app.jobs.schedule import remove_due_factors
from app.local.cast import PASSWORD
from app.unit_of_work import across_companies, session, transaction
from tests.domain.identity.mailbox import Mailbox, link_in, opened
from tests.people import (
    CLINIC_ADMIN,
    CLINIC_OPERATOR,
    pass_password,
    shown_code,
    sign_in,
    submit,
    user_id_of,
)

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
NEW_PASSWORD = "lantern quiet harbor moss"
GUEST = "guest@riverside-clinic.example"
STRANGER = "nobody@riverside-clinic.example"


@pytest.fixture
def mailbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with opened(app, monkeypatch) as found:
        yield found


def test_who_is_invited_chooses_a_password_enrols_and_is_in(client: FlaskClient, mailbox: Mailbox) -> None:
    _invite()
    mail = mailbox.to(GUEST)
    assert "Ada Okafor invites you" in mail.text
    page = client.get(link_in(mail))
    assert GUEST in page.text
    refused = submit(client, page, {"password": "password2024!"}, expect=422)
    assert "common words" in refused.text
    answer = submit(client, client.get(link_in(mail)), {"password": NEW_PASSWORD}, expect=303)
    assert answer.location == "/sign-in/enrolment"
    enrolment = client.get(answer.location)
    seed = re.search(r'id="secret">([A-Z2-7 ]+)<', enrolment.text)
    assert seed
    submit(client, enrolment, {"code": pyotp.TOTP(seed[1].replace(" ", "")).now()}, expect=303)
    assert client.get("/account").status_code == 200
    assert "used already" in client.get(link_in(mail)).text


def test_a_company_administrator_can_invite_within_the_company(app: Flask, mailbox: Mailbox) -> None:
    admin = user_id_of(CLINIC_ADMIN)
    with across_companies(reason="the clinic, for a test"):
        clinic = session().scalar(text("SELECT id FROM companies WHERE alias = 'riverside-clinic'"))
    with transaction(clinic, None, admin):
        invitations.invite(GUEST.upper(), "Gus", "Guest", admin)
    assert mailbox.to(GUEST).text.startswith("Hello Gus,")


def test_an_invitation_holds_two_days_and_a_new_one_ends_it(client: FlaskClient, mailbox: Mailbox) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        user_id = _invite()
        first = link_in(mailbox.to(GUEST))
        clock.shift(timedelta(hours=47))
        assert client.get(first).status_code == 200
        admin = user_id_of(CLINIC_ADMIN)
        with transaction(platform=True):
            assert set(invitations.open_invitations([user_id])) == {user_id}
            invitations.invite_again(user_id, admin)
        second = link_in(mailbox.to(GUEST))
        assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)
        clock.shift(timedelta(hours=48))
        late = client.get(second)
        assert late.status_code == 410
        assert "too old" in late.text


def test_who_has_a_password_is_told_and_gets_no_link(app: Flask, mailbox: Mailbox) -> None:
    admin = user_id_of(CLINIC_ADMIN)
    with transaction(platform=True):
        found = invitations.invite(CLINIC_OPERATOR, "Somebody", "Else", admin)
    assert found == user_id_of(CLINIC_OPERATOR)
    assert "/invitation/" not in mailbox.to(CLINIC_OPERATOR).text


@pytest.mark.parametrize(
    "typed", ["", "no address", "a@b@c", "a@b\r\nBcc: x@y.example", "x" * 300 + "@y.example"]
)
def test_what_is_no_address_is_not_invited(app: Flask, typed: str) -> None:
    with pytest.raises(Rejected, match="not an e-mail address"), transaction(platform=True):
        invitations.invite(typed, "A", "B", 1)


def test_a_reset_sets_the_password_ends_sessions_and_still_asks_for_the_code(
    client: FlaskClient, app: Flask, mailbox: Mailbox
) -> None:
    sign_in(client, CLINIC_OPERATOR)
    other = app.test_client()
    answer = submit(other, other.get("/forgotten"), {"email_address": CLINIC_OPERATOR.upper()}, expect=303)
    assert "a link is on its way" in other.get(answer.location).text
    mailbox.collect()
    link = link_in(mailbox.to(CLINIC_OPERATOR))
    step = submit(other, other.get(link), {"password": NEW_PASSWORD}, expect=303)
    assert step.location == "/sign-in/code"
    assert client.get("/companies").location.startswith("/sign-in")
    assert other.get("/companies").location.startswith("/sign-in")
    page = other.get(step.location)
    submit(other, page, {"code": shown_code(page)}, expect=303)
    assert other.get("/account").status_code == 200
    assert "password of your account was changed" in mailbox.to(CLINIC_OPERATOR).text
    pass_password(app.test_client(), CLINIC_OPERATOR, password=NEW_PASSWORD)
    again = app.test_client()
    submit(again, again.get("/sign-in"), {"email_address": CLINIC_OPERATOR, "password": PASSWORD}, expect=422)


def test_known_and_unknown_addresses_get_the_same_answer_and_one_gets_a_mail(
    app: Flask, mailbox: Mailbox
) -> None:
    told = set()
    for address in (CLINIC_OPERATOR, STRANGER, "not an address"):
        browser = app.test_client()
        answer = submit(browser, browser.get("/forgotten"), {"email_address": address})
        told.add((answer.status, answer.text, tuple(sorted(answer.headers.keys()))))
    assert len(told) == 1
    mailbox.collect()
    assert {mail.to for mail in [*mailbox.collect(), *mailbox.arrived]} == {CLINIC_OPERATOR}
    with across_companies(reason="looking at mails in a test"):
        left = session().execute(text("SELECT count(*) FROM account_mails WHERE sealed IS NOT NULL"))
        assert left.scalar() == 0


def test_a_reset_link_works_once_and_for_half_an_hour(client: FlaskClient, app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        link = _link(LinkKind.RESET)
        clock.shift(timedelta(minutes=29))
        assert [client.get(link).status_code for _ in range(3)] == [200] * 3
        page = client.get(link)
        submit(client, page, {"password": NEW_PASSWORD}, expect=303)
        used = submit(app.test_client(), page, {"password": NEW_PASSWORD})
        assert used.status_code in (400, 410)
        assert "used already" in client.get(link).text
        late = _link(LinkKind.RESET)
        clock.shift(timedelta(minutes=31))
        assert (client.get(late).status_code, client.get(late + "x").status_code) == (410, 410)
        assert "not complete" in client.get(late + "x").text


def test_a_link_of_one_kind_opens_no_other(client: FlaskClient) -> None:
    token = _link(LinkKind.STOP_FACTOR_RESET).rpartition("/")[2]
    for kind in (LinkKind.RESET, LinkKind.INVITATION):
        assert client.get(PATHS[kind] + token).status_code == 410


def test_of_many_who_use_a_link_at_once_one_gets_it(app: Flask) -> None:
    token = _link(LinkKind.RESET).rpartition("/")[2]

    def take(_: int) -> bool:
        try:
            with transaction(platform=True):
                account_links.take_link(token, LinkKind.RESET)
        except LinkDead:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(8))) == 1


def test_who_is_turned_off_gets_no_link_and_an_earlier_one_is_dead(
    client: FlaskClient, mailbox: Mailbox
) -> None:
    link = _link(LinkKind.RESET)
    with across_companies(reason="locking a person in a test"):
        session().execute(text(f"UPDATE users SET locked = true WHERE email_address = '{CLINIC_OPERATOR}'"))
    assert client.get(link).status_code == 410
    _ask(CLINIC_OPERATOR)
    mailbox.collect()
    assert mailbox.collect() == []


def test_nobody_is_flooded_with_links(app: Flask, mailbox: Mailbox) -> None:
    for _ in range(5):
        _ask(CLINIC_OPERATOR)
    mailbox.collect()
    mailbox.collect()
    assert len(mailbox.arrived) == resets.MOST_IN_AN_HOUR


def test_an_administrator_sends_a_link_and_learns_neither_it_nor_the_password(
    app: Flask, mailbox: Mailbox
) -> None:
    operator, admin = user_id_of(CLINIC_OPERATOR), user_id_of(CLINIC_ADMIN)
    with transaction(platform=True, user=admin):
        assert resets.send_reset(operator, admin) is None  # type: ignore[func-returns-value]
    assert "/password-reset/" in mailbox.to(CLINIC_OPERATOR).text


def test_a_lost_factor_is_removed_a_day_after_it_was_announced(
    client: FlaskClient, app: Flask, mailbox: Mailbox
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _ask_removal()
        announced = mailbox.to(CLINIC_OPERATOR)
        assert "Ada Okafor asked" in announced.text
        assert "March 5, 2026 at 12:00 UTC" in announced.text
        clock.shift(timedelta(hours=23, minutes=59))
        remove_due_factors()
        assert pass_password(client, CLINIC_OPERATOR).request.path == "/sign-in/code"
        clock.shift(timedelta(minutes=2))
        remove_due_factors()
        assert pass_password(app.test_client(), CLINIC_OPERATOR).request.path == "/sign-in/enrolment"
        assert "no longer work" in mailbox.to(CLINIC_OPERATOR).text


def test_the_person_stops_the_removal(client: FlaskClient, mailbox: Mailbox) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _ask_removal()
        link = link_in(mailbox.to(CLINIC_OPERATOR))
        submit(client, client.get(link), {}, expect=303)
        assert client.get(link).status_code == 410
        clock.shift(timedelta(hours=25))
        remove_due_factors()
        assert pass_password(client, CLINIC_OPERATOR).request.path == "/sign-in/code"


def test_a_removal_needs_a_reason_and_another_person(app: Flask) -> None:
    operator, admin = user_id_of(CLINIC_OPERATOR), user_id_of(CLINIC_ADMIN)
    for user_id, reason in ((operator, " "), (admin, "I lost it")):
        with pytest.raises(Rejected), transaction(platform=True):
            lost_factor.ask_removal(user_id, reason, admin)
    _ask_removal()
    with pytest.raises(Conflict):
        _ask_removal()


def test_every_link_leads_to_a_page(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    assert set(PATHS) == set(LinkKind)
    assert all(adapter.match(f"{path}x") for path in PATHS.values())


def _invite() -> int:
    admin = user_id_of(CLINIC_ADMIN)
    with transaction(platform=True, user=admin):
        return invitations.invite(GUEST, "Gus", "Guest", admin)


def _ask(address: str) -> None:
    with transaction(platform=True):
        resets.ask(address)


def _ask_removal() -> None:
    operator, admin = user_id_of(CLINIC_OPERATOR), user_id_of(CLINIC_ADMIN)
    with transaction(platform=True, user=admin):
        lost_factor.ask_removal(operator, "The phone fell into the river", admin)


def _link(kind: LinkKind) -> str:
    operator = user_id_of(CLINIC_OPERATOR)
    with transaction(platform=True):
        return PATHS[kind] + make_link(operator, kind)
