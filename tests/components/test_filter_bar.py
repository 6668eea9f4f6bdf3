"""Filters send themselves when a choice changes, keep the focus, and stay in the address."""

import re

import pytest
from playwright.sync_api import expect

from tests.components.behaving import Desk

pytestmark = pytest.mark.browser


def test_a_choice_is_sent_at_once_and_the_focus_stays(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/c/riverside-clinic/messages")
    status = page.locator("#status")
    status.focus()
    status.select_option("failed")
    expect(page).to_have_url(re.compile(r"/messages\?status=failed$"))
    expect(page.get_by_role("link", name="Remove the filter Status")).to_be_visible()
    expect(status).to_be_focused()
    expect(status).to_have_value("failed")
    page.get_by_role("link", name="Remove the filter Status").click()
    expect(page).to_have_url(re.compile(r"/messages$"))
    expect(status).to_have_value("")


def test_a_search_is_sent_by_enter(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.address}/c/riverside-clinic/messages")
    page.locator("#search").fill("ada")
    page.locator("#search").press("Enter")
    expect(page).to_have_url(re.compile(r"/messages\?search=ada$"))
    expect(page.locator("#search")).to_be_focused()
