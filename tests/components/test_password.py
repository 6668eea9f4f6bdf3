"""A password can be shown to the one who types it, and is hidden again before it is sent."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_typed_password_is_shown_and_hidden_by_keyboard(page: Page, served: str) -> None:
    page.goto(f"{served}/sign-in")
    typed = page.get_by_label("Password")
    typed.fill("several plain words")
    shows = page.get_by_role("button", name="Show password")
    shows.press("Enter")
    expect(typed).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").press("Enter")
    expect(typed).to_have_attribute("type", "password")


def test_a_shown_password_is_sent_as_a_password(page: Page, served: str) -> None:
    page.goto(f"{served}/sign-in")
    page.get_by_label("E-mail address").fill("ada@example.com")
    typed = page.get_by_label("Password")
    typed.fill("several plain words")
    page.get_by_role("button", name="Show password").click()
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    typed.press("Enter")
    expect(typed).to_have_attribute("type", "password")
