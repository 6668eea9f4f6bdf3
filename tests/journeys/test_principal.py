"""The principal, on a phone, writes to one school; support finds the stories on the companies' trails."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from app import clock
from tests.journeys import steps
from tests.portal import RunningPortal
from tests.settled import opened

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser):
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_principal_schedules_a_closure_for_one_school_and_support_finds_it(
    phone: Page, page: Page, portal: RunningPortal
):
    steps.sign_in(phone, portal, "principal@maplewood-schools.example")
    phone.get_by_role("link", name="Send a message").first.click()
    phone.get_by_label("School closure").check()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.locator("main")).not_to_contain_text("Cedar")
    phone.get_by_label("Birch Elementary").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Continue").click()
    expect(phone.locator("main")).to_contain_text("For 36 people")
    phone.get_by_role("button", name="Send 72 messages").click()
    assert steps.wait_until_done(phone) == 72
    assert _width_of_page(phone) <= PHONE["width"]
    assert {entry["to"][:5] for entry in steps.ledger(portal, "sms")} == {"+1312"}

    steps.sign_in(page, portal, "support@carillon.example")
    steps.visit(page, "Maplewood School District", "They ask what became of the closure")
    page.get_by_role("link", name="Trail").first.click()
    expect(page.locator("main")).to_contain_text("Priya Raman scheduled “School closure")
    page.get_by_label("Person").select_option(label="Priya Raman")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("main")).to_contain_text("created the broadcast “School closure")


def test_a_scheduled_sending_waits_and_can_be_cancelled(phone: Page, portal: RunningPortal):
    steps.sign_in(phone, portal, "principal@maplewood-schools.example")
    before = len(steps.ledger(portal, "sms"))
    phone.get_by_role("link", name="Send a message").first.click()
    phone.get_by_label("We have moved").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("Birch Elementary").check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("Later").check()
    phone.get_by_role("textbox", name="Day").fill((clock.now() + timedelta(days=30)).date().isoformat())
    phone.get_by_label("Time", exact=True).fill("15:30")
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_role("button", name="Schedule").click()
    expect(phone.get_by_role("button", name="Cancel")).to_be_visible()
    phone.get_by_role("button", name="Cancel").click()
    phone.get_by_role("dialog").get_by_role("button").last.click()
    expect(phone.locator("main")).to_contain_text("Cancelled")
    assert len(steps.ledger(portal, "sms")) == before


def test_the_principal_gets_404_for_the_other_schools_and_other_companies_pages(
    phone: Page, portal: RunningPortal
):
    steps.sign_in(phone, portal, "principal@maplewood-schools.example")
    for path in (
        "/c/riverside-clinic/",
        "/c/riverside-clinic/messages",
        "/c/maplewood-schools/broadcasts/999",
    ):
        answer = opened(phone, portal.address + path)
        assert answer is not None
        assert answer.status == 404


def _width_of_page(page: Page) -> int:
    width: int = page.evaluate("() => document.documentElement.scrollWidth")
    return width
