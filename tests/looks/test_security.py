"""The pages of one's own factors and sessions, and of the second step, looked at like every page."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import text

from app.domain.identity import text_codes, users
from app.models import Passkey
from app.unit_of_work import across_companies, session, transaction
from tests.looks.conftest import Looker, lines
from tests.people import CLINIC_OPERATOR

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
Enter = Callable[..., Looker]
OWN = ["/account/prove", "/account/passkeys/new", "/account/authenticator", "/account/text-codes"]


def test_what_one_sees_of_ones_own_security(looker_of: Enter, app: Flask) -> None:
    _hold_everything()
    looker = looker_of(CLINIC_OPERATOR)
    looker.look_at("/account/security", then=lambda page: page.get_by_text("Work laptop").click())
    for path in OWN:
        looker.look_at(path)
    looker.look_at("/account/text-codes", then=_send_code)
    looker.look_at("/account/recovery-codes", then=_make_codes)
    assert not looker.wrong, lines(looker.wrong)


def test_the_ways_through_the_second_step(looker_of: Enter, app: Flask) -> None:
    _hold_everything()
    looker = looker_of()
    looker.look_at("/sign-in", then=_type_password)
    looker.look_at("/sign-in/recovery")
    looker.look_at("/sign-in/text")
    assert not looker.wrong, lines(looker.wrong)


def _hold_everything() -> None:
    """Give a person a passkey and a number beside their app."""
    with across_companies(reason="allowing codes by text in a test"):
        session().execute(text("UPDATE companies SET text_codes = true"))
    with transaction(platform=True):
        user_id = users.user_id_of(CLINIC_OPERATOR)
    assert user_id is not None
    with transaction(platform=True, user=user_id):
        session().add(Passkey(user_id=user_id, name="Work laptop", credential_id="none", public_key="none"))
        text_codes.take_number(user_id, "+12125550142")


def _send_code(page: Page) -> None:
    page.get_by_label("Phone number").fill("(212) 555-0142")
    page.get_by_role("button", name="Send a code").click()
    page.wait_for_url("**/text-codes/code")


def _make_codes(page: Page) -> None:
    page.get_by_role("button", name="Make the codes").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()


def _type_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill(CLINIC_OPERATOR)
    page.get_by_label("Password", exact=True).fill("ring the bells softly")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/sign-in/code")
