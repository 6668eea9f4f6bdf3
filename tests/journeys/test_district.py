"""A district from its first day: an administrator, a principal of one school, and that school taken away."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import steps
from tests.journeys.steps import PATIENT
from tests.portal import RunningPortal
from tests.settled import opened, settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
PHONE = {"width": 390, "height": 844}
DISTRICT, ALIAS = "Oakridge School District", "oakridge-school-district"
ELM, ASPEN = "Elm Elementary", "Aspen Middle School"
ADMINISTRATOR, PRINCIPAL = "olga@oakridge.example", "hanna@oakridge.example"
PASSWORDS = {ADMINISTRATOR: "a lantern over quiet water", PRINCIPAL: "seven kites above the harbor"}
MOST_CLICKS = 3


class Clicks:
    """Clicks things and counts."""

    def __init__(self) -> None:
        self.made = 0

    def on(self, thing: Locator) -> None:
        thing.click()
        self.made += 1


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """The administrator's own browser."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_school_is_handed_to_a_principal_seen_alone_and_taken_away_while_they_are_signed_in(
    page: Page, desk: Page, phone: Page, portal: RunningPortal
):
    steps.sign_in(page, portal, "platform@carillon.example")
    _create_the_district(page)

    _accept(desk, portal, ADMINISTRATOR)
    stories = steps.json_of(portal, "tests.journeys.planted", ALIAS, ELM, ASPEN)
    _invite_the_principal(desk)

    _accept(phone, portal, PRINCIPAL)
    _sees_one_school_only(phone, portal, own=stories[ELM], other=stories[ASPEN])

    _take_the_school_away(desk)
    _is_refused(phone, portal, stories[ELM])


def _create_the_district(page: Page) -> None:
    page.get_by_role("link", name="Platform").first.click()
    page.get_by_role("link", name="Companies", exact=True).click()
    page.get_by_role("link", name="Add a company").click()
    page.get_by_label("Name", exact=True).fill(DISTRICT)
    page.get_by_label("Kind").select_option(label="Schools")
    page.get_by_role("combobox", name="Time zone").fill("Denver")
    page.keyboard.press("Enter")
    page.get_by_label("Schools or customers").fill(f"{ELM}\n{ASPEN}\n")
    page.get_by_label("First name").fill("Olga")
    page.get_by_label("Last name").fill("Ames")
    page.get_by_label("E-mail address").fill(ADMINISTRATOR)
    _seen(page, "01-new-company")
    page.get_by_role("button", name="Add and invite").click()
    expect(page.get_by_role("heading", name=DISTRICT)).to_be_visible()
    _seen(page, "02-company")
    expect(page.locator("main")).to_contain_text(f"/c/{ALIAS}/")
    expect(page.locator("main")).to_contain_text(f"Olga Ames {ADMINISTRATOR} Invited")


def _accept(page: Page, portal: RunningPortal, address: str) -> None:
    """Follow the link in the mail, choose a password, set an authenticator app up, keep the codes."""
    link = re.search(r"http\S+/invitation/\S+", steps.mail_to(portal, address))
    assert link
    page.goto(link[0])
    expect(page.locator("main")).to_contain_text(f"You sign in as {address}")
    page.get_by_label("New password").fill(PASSWORDS[address])
    _seen(page, "03-invitation")
    page.get_by_role("button", name="Continue").click()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    _seen(page, "04-enrolment")
    page.get_by_label("Six-digit code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("button", name="Make the codes").click()
    expect(page.locator("#recovery-codes")).to_contain_text(re.compile(r"(\S+\s+){9}\S+"))
    _seen(page, "05-codes")
    page.get_by_label(re.compile("kept|keep|safe", re.IGNORECASE)).check()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile(f"/c/{ALIAS}/$"))
    _seen(page, "06-home")


def _invite_the_principal(desk: Page) -> None:
    """From the list of people: the button, the school, the button; beside what has to be typed."""
    desk.get_by_role("link", name="People & access").first.click()
    clicks = Clicks()
    clicks.on(desk.get_by_role("link", name="Invite a person"))
    desk.get_by_label("E-mail address").fill(PRINCIPAL)
    desk.get_by_label("First name").fill("Hanna")
    desk.get_by_label("Last name").fill("Ode")
    clicks.on(desk.get_by_label(ELM))
    _seen(desk, "07-invite")
    clicks.on(desk.get_by_role("button", name="Send the invitation"))
    expect(desk.get_by_role("heading", name=f"Principal: {ELM}")).to_be_visible()
    _seen(desk, "08-person")
    assert clicks.made <= MOST_CLICKS


def _sees_one_school_only(
    phone: Page, portal: RunningPortal, *, own: dict[str, Any], other: dict[str, Any]
) -> None:
    for room in ("", "messages", "broadcasts", "replies?view=all", "search?q=canary", "wording"):
        answer = opened(phone, f"{portal.address}/c/{ALIAS}/{room}")
        assert answer is not None
        assert answer.status == 200, room
        settled(phone)
        seen = phone.content()
        assert ASPEN not in seen, room
        assert other["canary"] not in seen, room
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], room
    expect(phone.locator("header").first).to_contain_text(ELM)
    _seen(phone, "09-principal")
    for story, status in ((own, 200), (other, 404)):
        for thing in ("messages", "broadcasts"):
            assert _status(phone, portal, f"{thing}/{story['ids'][thing]}") == status, thing
    # What a principal has no business with is refused, for their own school as for the other.
    for story in (own, other):
        for room, thing in (
            ("customers", "customers"),
            ("people/places", "customers"),
            ("imports", "data_packets"),
        ):
            assert _status(phone, portal, f"{room}/{story['ids'][thing]}") == 403, room
    phone.goto(f"{portal.address}/c/{ALIAS}/messages/{own['ids']['messages']}")


def _take_the_school_away(desk: Page) -> None:
    """From the school's page: who sees it, the tick, the button."""
    desk.get_by_role("link", name="Settings").first.click()
    desk.get_by_role("link", name="Schools").first.click()
    desk.get_by_role("link", name=ELM).click()
    _seen(desk, "10-school")
    clicks = Clicks()
    clicks.on(desk.get_by_role("link", name="Who sees it"))
    clicks.on(desk.get_by_label("Hanna Ode, Principal"))
    _seen(desk, "11-who-sees-it")
    clicks.on(desk.get_by_role("button", name="Save"))
    expect(desk.locator("main")).to_contain_text("Saved.", timeout=PATIENT)
    _seen(desk, "12-taken")
    assert clicks.made <= MOST_CLICKS


def _is_refused(phone: Page, portal: RunningPortal, story: dict[str, Any]) -> None:
    """The next click leads to the sign-in page; whoever passes it finds no company and no page of it."""
    phone.get_by_role("link", name="Messages").first.click()
    expect(phone).to_have_url(re.compile("/sign-in"))
    steps.sign_in(phone, portal, PRINCIPAL, password=PASSWORDS[PRINCIPAL])
    phone.goto(f"{portal.address}/companies")
    expect(phone.locator("main")).not_to_contain_text(DISTRICT)
    _seen(phone, "13-refused")
    for path in ("", "messages", f"messages/{story['ids']['messages']}"):
        assert _status(phone, portal, path) == 404, path


def _status(page: Page, portal: RunningPortal, path: str) -> int:
    answer = opened(page, f"{portal.address}/c/{ALIAS}/{path}")
    assert answer is not None
    return answer.status


def _seen(page: Page, name: str) -> None:
    folder = os.environ.get("SEEN")
    if folder:
        settled(page)
        for width in (1280, 390):
            was = page.viewport_size
            page.set_viewport_size({"width": width, "height": 860})
            page.screenshot(path=Path(folder) / f"{name}-{width}-{was['width']}.png", full_page=True)
            page.set_viewport_size(was)
