"""The whole import by keyboard alone: Tab, the arrows, Space and Enter, and never the mouse."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from app.local.cast import PASSWORD
from tests.journeys import steps
from tests.portal import RunningPortal

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
LONGEST_WAY = 150  # presses of Tab from one end of the longest page to the other
# What a screen reader would call the element that has the focus.
NAME_OF_FOCUS = """() => {
    const one = document.activeElement;
    const label = one.labels?.[0]?.innerText ?? "";
    const by = document.getElementById(one.getAttribute("aria-labelledby") ?? "")?.innerText ?? "";
    return (one.getAttribute("aria-label") || by || label || one.innerText || "").trim();
}"""
FILE = (
    "Pt First,Pt Last,Cell Phone,E-mail,Appt Date,Appt Time,Doctor\n"
    "Ada,Example,312-555-0120,ada@example.com,12/14/2027,9:30 AM,Dr. Chen\n"
    "Bo,Example,312-555-0121,bo@example.com,12/14/2027,9:45 AM,Dr. Chen\n"
)


def test_a_file_is_imported_and_sent_by_keyboard_alone(
    page: Page, portal: RunningPortal, tmp_path: Path
) -> None:
    file = tmp_path / "Tuesday.csv"
    file.write_text(FILE)
    sign_in(page, portal, "operator@riverside-clinic.example")

    go_to(page, "Upload a file")
    page.keyboard.press("Enter")
    with page.expect_file_chooser() as chooser:
        go_to(page, "Choose a file")
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    go_to(page, "Upload")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/match"), timeout=steps.PATIENT)

    say_yes_to_what_is_unsure(page)
    go_to(page, "Continue")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Preview", timeout=steps.PATIENT)
    go_to(page, "Continue")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/confirm"))

    go_to(page, "Store the records only")
    page.keyboard.press("ArrowDown")
    go_to(page, "Template")
    page.keyboard.type("Appointment")
    go_to(page, "Import 2 rows")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Follow the sending")).to_be_visible(timeout=steps.PATIENT)
    go_to(page, "Follow the sending")
    page.keyboard.press("Enter")
    assert steps.wait_until_done(page) == 4


def sign_in(page: Page, portal: RunningPortal, email_address: str) -> None:
    """Sign in by typing; a browser's own focus starts in the page's first field or is brought there."""
    page.goto(f"{portal.address}/sign-in")
    go_to(page, "E-mail address")
    page.keyboard.type(email_address)
    go_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#shown-code")).to_contain_text(re.compile(r"\d{6}"), timeout=steps.PATIENT)
    shown = re.search(r"\d{6}", page.locator("#shown-code").inner_text())
    assert shown
    go_to(page, "Six-digit code")
    page.keyboard.type(shown[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Oscar", timeout=steps.PATIENT)


def go_to(page: Page, name: str) -> None:
    """Press Tab until what has the focus is called so; fail where no key leads there."""
    passed = []
    for _ in range(LONGEST_WAY):
        called = name_of_focus(page)
        if called.startswith(name):
            assert page.evaluate("document.activeElement.matches(':focus-visible')"), f"{name}: focus unseen"
            return
        passed.append(called[:40])
        page.keyboard.press("Tab")
    pytest.fail(f"No way by Tab to “{name}”; it led over {list(dict.fromkeys(passed))}")


def name_of_focus(page: Page) -> str:
    """Ask what has the focus; while a new page comes up, wait for it and ask there."""
    try:
        return str(page.evaluate(NAME_OF_FOCUS))
    except Error:
        page.wait_for_load_state()
        return str(page.evaluate(NAME_OF_FOCUS))


def say_yes_to_what_is_unsure(page: Page) -> None:
    yes = page.get_by_role("button", name="Yes, that is right")
    while left := yes.count():
        go_to(page, "Yes, that is right")
        page.keyboard.press("Enter")
        expect(yes).to_have_count(left - 1)
