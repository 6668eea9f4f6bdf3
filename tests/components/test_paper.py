"""On paper a page says all it has to say, without what can be pressed."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_a_page_on_paper_has_nothing_to_press(page: Page, served: str) -> None:
    page.goto(f"{served}/styleguide/")
    page.emulate_media(media="print")
    expect(page.locator("button:visible, .button:visible, nav:visible")).to_have_count(0)
    expect(page.locator("#details-closed").get_by_text("The raw events of the provider.")).to_be_visible()
    expect(page.locator("#about-answers").get_by_text("School closure")).to_be_visible()
    expect(page.locator("#about-answers").get_by_role("link", name="Change")).to_have_count(0)
