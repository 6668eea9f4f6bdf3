"""The clinic's operator: sign in, upload a real spreadsheet, match, preview, confirm, see it delivered."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.portal import RunningPortal

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
OPERATOR = "operator@riverside-clinic.example"


@pytest.mark.parametrize(("name", "has_email"), [("us-500.csv", True), ("us_legislators-current.csv", False)])
def test_an_operator_imports_a_real_file_and_every_message_is_delivered(
    page: Page, portal: RunningPortal, name: str, has_email: bool
):
    file = steps.real_file(name)
    before = _recipients(portal)

    steps.sign_in(page, portal, OPERATOR)
    steps.upload(page, file)
    steps.accept_matches(page)
    expect(page.locator("main")).to_contain_text("Hello")
    messages = steps.import_and_send(page, "We have moved")

    arrived = {channel: count - before[channel] for channel, count in _recipients(portal).items()}
    assert arrived["sms"] > 400
    assert bool(arrived["email"]) == has_email
    assert sum(arrived.values()) == messages
    expect(page.locator("main")).to_contain_text(f"Delivered\n{messages:,}", use_inner_text=True)


def test_tomorrows_file_is_known_and_needs_two_clicks(page: Page, portal: RunningPortal, tmp_path):
    today, tomorrow = tmp_path / "epic monday.csv", tmp_path / "epic tuesday.csv"
    header = "Pt First,Pt Last,Cell Phone,Appt Date,Appt Time,Doctor\n"
    today.write_text(header + "Ana,Lima,212-555-0161,12/03/2026,9:30 AM,Dr. Chen\n")
    tomorrow.write_text(header + "Bo,Strand,212-555-0162,12/14/2026,10:15 AM,Dr. Chen\n")

    steps.sign_in(page, portal, OPERATOR)
    steps.upload(page, today)
    steps.accept_matches(page)
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("Store the records only").check()
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_role("heading", name="1 record imported")).to_be_visible(timeout=steps.PATIENT)

    steps.upload(page, tomorrow)
    expect(page.locator("main")).to_contain_text("Matched with", timeout=steps.PATIENT)
    expect(page.locator("main")).to_contain_text("Bo")


def test_the_terminal_imports_and_sends_as_the_wizard_does(portal: RunningPortal, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text("First Name,Mobile\nCleo,212-555-0171\nDario,212-555-0172\nCleo,212-555-0171\nEve,12\n")

    said = steps.carillon_json(
        portal, "ingest", str(file), "--company", "riverside-clinic", "--schedule", "We have moved", "--json"
    )

    expected = {"rows": 4, "records": 2, "refused": 1, "duplicates": 1, "blocked": 0, "messages": 2}
    assert {key: said[key] for key in expected} == expected
    assert said["packet_id"] > 0


def _recipients(portal: RunningPortal) -> dict[str, int]:
    """How many messages reached each channel, without the portal's own mails to who signs in."""
    found = {channel: steps.ledger(portal, channel) for channel in ("sms", "email")}
    return {channel: sum(entry["to"] != OPERATOR for entry in all_of) for channel, all_of in found.items()}
