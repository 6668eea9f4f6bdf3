"""Support enrols a passkey, visits the clinic with a reason and changes nothing; the clinic sees it all."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.local.cast import PASSWORD
from tests.journeys import steps
from tests.portal import RunningPortal
from tests.settled import opened

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
SUPPORT = "support@carillon.example"
CLINIC = "/c/riverside-clinic"
REASON = "Their reminders of Monday did not arrive"
# A device of the browser's own that keeps passkeys and checks its owner.
DEVICE: dict[str, Any] = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_support_visits_a_clinic_with_a_passkey_and_a_reason_and_the_clinic_sees_it_all(
    page: Page, browser: Browser, portal: RunningPortal
) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    steps.sign_in(page, portal, SUPPORT)
    _add_passkey(page, portal)
    _sign_out(page)
    _sign_in_with_passkey(page, portal)

    page.goto(f"{portal.address}/support")
    steps.visit(page, "Riverside Clinic", REASON, ticket="812")
    bar = page.get_by_role("complementary", name="Support visit")
    expect(bar).to_contain_text("Riverside Clinic")
    expect(bar).to_contain_text(REASON)
    page.get_by_role("link", name="Messages").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Messages")
    page.get_by_role("link", name="Trail").first.click()
    expect(page.locator("main")).to_contain_text("Support (ticket 812) viewed the messages page")

    _is_refused_a_change(page, portal)
    bar.get_by_role("button", name="End visit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Visit Riverside Clinic")
    opened(page, f"{portal.address}{CLINIC}/messages")
    expect(page.get_by_role("heading", level=1)).to_have_text("Visit Riverside Clinic")

    _the_clinic_sees_it(browser, portal)


def _add_passkey(page: Page, portal: RunningPortal) -> None:
    page.goto(f"{portal.address}/account/passkeys/new")
    page.get_by_label("Name").fill("Support laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/account/security")
    expect(page.locator("#passkeys")).to_contain_text("Support laptop")


def _sign_out(page: Page) -> None:
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def _sign_in_with_passkey(page: Page, portal: RunningPortal) -> None:
    page.goto(f"{portal.address}/sign-in")
    page.get_by_label("E-mail address").fill(SUPPORT)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/support")


def _is_refused_a_change(page: Page, portal: RunningPortal) -> None:
    """No page offers a change, and what is sent all the same is refused in words."""
    opened(page, f"{portal.address}{CLINIC}/imports")
    expect(page.get_by_role("link", name="Upload a file")).to_have_count(0)
    opened(page, f"{portal.address}{CLINIC}/settings")
    expect(page.get_by_role("link", name="Change", exact=True)).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        page.evaluate(
            """(action) => {
                const form = Object.assign(document.createElement("form"), { method: "post", action });
                const token = document.querySelector("[name=csrf_token]").cloneNode();
                form.append(token);
                document.body.append(form);
                form.submit();
            }""",
            f"{CLINIC}/settings",
        )
    assert sent.value.status == 403
    expect(page.locator("main")).to_contain_text("A visit of support only looks. Nothing was changed.")


def _the_clinic_sees_it(browser: Browser, portal: RunningPortal) -> None:
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, portal, "admin@riverside-clinic.example")
    page.get_by_role("link", name="People & access").first.click()
    page.get_by_role("link", name="See the visits").click()
    visit = page.get_by_role("row").filter(has_text=REASON)
    expect(visit).to_contain_text("Sam Porter")
    expect(visit).to_contain_text("Only looked")
    visit.get_by_role("link", name=re.compile("Every page")).click()
    for told in (
        f"Support (ticket 812) came to look into this company for 15 minutes: {REASON}",
        "Support (ticket 812) viewed the messages page",
        "Support (ticket 812) viewed the trail",
        "Support (ticket 812) was refused: Change the company's settings",
        "Support (ticket 812) left this company",
    ):
        expect(page.locator("main")).to_contain_text(told)
    context.close()
