"""Passkeys in a real browser with a virtual authenticator: made, used second or alone, and removed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import CDPSession, Page, expect
from sqlalchemy import text

from app.local.cast import PASSWORD
from app.unit_of_work import across_companies, session
from tests.people import CLINIC_OPERATOR, session_cookie

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def address(app: Flask, served: str) -> Iterator[str]:
    """The same portal by a name: an authenticator knows no addresses of numbers."""
    named = served.replace("127.0.0.1", "localhost")
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, public_url=named)
    yield named
    app.extensions["settings"] = before


@pytest.fixture
def finger(page: Page) -> tuple[CDPSession, str]:
    """A device of the browser's that checks its owner."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made: dict[str, Any] = tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return tools, made["authenticatorId"]


def test_a_passkey_is_made_used_and_removed(
    page: Page, app: Flask, address: str, finger: tuple[CDPSession, str]
) -> None:
    _enter(page, app, address)
    _add(page, address, "Work laptop", alone=False)
    expect(page.locator("#passkeys")).to_contain_text("Work laptop")

    _sign_out(page)
    _type_password(page, address)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("/c/riverside-clinic/"))
    assert _proved_by() == "passkey"

    page.goto(f"{address}/account/security")
    page.get_by_text("Work laptop").click()
    page.locator("#passkeys").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.locator("#passkeys")).not_to_contain_text("Work laptop")


def test_a_passkey_that_may_signs_in_alone_and_another_does_not(
    page: Page, app: Flask, address: str, finger: tuple[CDPSession, str]
) -> None:
    _enter(page, app, address)
    _add(page, address, "Phone", alone=False)
    _sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("main")).to_contain_text("That passkey was not accepted.")

    _change("UPDATE user_passkeys SET alone = true")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("/c/riverside-clinic/"))


def test_the_last_factor_stays(page: Page, app: Flask, address: str, finger: tuple[CDPSession, str]) -> None:
    _enter(page, app, address)
    _add(page, address, "Phone", alone=False)
    page.locator("#app").get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.locator("#app")).to_contain_text("Set up an app")
    page.get_by_text("Phone", exact=True).click()
    expect(page.locator("#passkeys")).to_contain_text("Your only second factor cannot be removed.")


def test_a_device_that_does_not_check_its_owner_is_refused(
    page: Page, app: Flask, address: str, finger: tuple[CDPSession, str]
) -> None:
    tools, name = finger
    _enter(page, app, address)
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    page.goto(f"{address}/account/passkeys/new")
    page.get_by_label("Name").fill("Found key")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.locator("[data-problem]")).to_contain_text("Nothing was done")


def test_it_is_asked_for_again_after_a_quarter_of_an_hour_and_what_was_sent_goes_on(
    page: Page, app: Flask, address: str, finger: tuple[CDPSession, str]
) -> None:
    _enter(page, app, address)
    _add(page, address, "Phone", alone=False)
    _change("UPDATE user_sessions SET proved_at = now() - interval '16 minutes'")
    page.get_by_text("Phone", exact=True).click()
    page.locator("#passkeys").get_by_label("Name").fill("Old phone")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#passkeys")).to_contain_text("Old phone")
    assert page.url == f"{address}/account/security"


def _enter(page: Page, app: Flask, address: str) -> None:
    page.context.add_cookies([{**session_cookie(app, CLINIC_OPERATOR), "url": address}])  # type: ignore[typeddict-item]


def _add(page: Page, address: str, name: str, *, alone: bool) -> None:
    page.goto(f"{address}/account/passkeys/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Sign in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url(f"{address}/account/security")


def _sign_out(page: Page) -> None:
    page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    page.wait_for_url("**/sign-in")


def _type_password(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(CLINIC_OPERATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def _proved_by() -> str:
    with across_companies(reason="looking at a session in a test"):
        return str(session().scalar(text("SELECT proved_by FROM user_sessions ORDER BY id DESC LIMIT 1")))


def _change(statement: str) -> None:
    with across_companies(reason="changing a row for a test"):
        session().execute(text(statement))
