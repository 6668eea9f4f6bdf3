"""The command menu and the shortcuts, by keyboard alone, on the pages of a signed-in person."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from app.unit_of_work import across_companies, session
from tests.people import CLINIC_OPERATOR, session_cookie
from tests.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
CLINIC = "/c/riverside-clinic"


@pytest.fixture
def home(app: Flask, page: Page, served: str) -> Iterator[Page]:
    """The clinic's home page, open in the operator's browser, with its behaviours there."""
    _sign_in(app, page, served)
    page.goto(f"{served}{CLINIC}/")
    settled(page)
    yield page


def test_ctrl_k_opens_it_and_escape_gives_the_focus_back(home: Page) -> None:
    link = home.get_by_role("link", name="Upload a file").first
    link.focus()
    home.keyboard.press("Control+k")
    box = home.get_by_role("combobox", name="Search, or go to")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(home.get_by_role("listbox").get_by_role("option", name="Home", exact=True)).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.locator("#command-menu")).to_be_hidden()
    expect(link).to_be_focused()


def test_the_keys_that_opened_it_close_it(home: Page) -> None:
    for opened in (True, False, True, False):
        home.keyboard.press("Control+k")
        expect(home.locator("#command-menu")).to_be_visible(visible=opened)


def test_the_button_in_the_head_opens_it_too(home: Page) -> None:
    home.get_by_role("link", name="Search…").click()
    expect(home.get_by_role("combobox", name="Search, or go to")).to_be_focused()
    home.get_by_role("dialog", name="Search").get_by_role("button", name="Close").click()
    expect(home.locator("#command-menu")).to_be_hidden()


def test_results_are_walked_with_arrows_and_ends_and_opened_with_enter(home: Page) -> None:
    home.keyboard.press("Control+k")
    active = _active(home)
    expect(active).to_have_text("Home")
    for key, name in (
        ("ArrowDown", "Imports"),
        ("End", "Your settings"),
        ("ArrowDown", "Home"),
        ("ArrowUp", "Your settings"),
        ("Home", "Home"),
        ("ArrowDown", "Imports"),
    ):
        home.keyboard.press(key)
        expect(active).to_have_text(name)
    box = home.get_by_role("combobox")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("."))
    expect(box).to_be_focused()
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(f"{CLINIC}/imports$"))


def test_typing_asks_the_server_and_says_how_many_it_found(home: Page) -> None:
    home.keyboard.press("Control+k")
    expect(_active(home)).to_have_text("Home")
    home.keyboard.type("reminder")
    expect(home.get_by_role("option", name="Appointment reminder")).to_be_visible()
    expect(_active(home)).to_have_text("Appointment reminder")
    expect(home.locator("#command-menu [role=status]")).to_have_text("2 results")
    home.keyboard.press("Enter")
    expect(home.get_by_role("heading", name="Appointment reminder", level=1)).to_be_visible()


def test_switching_to_dark_is_done_in_place(home: Page) -> None:
    home.keyboard.press("Control+k")
    expect(_active(home)).to_have_text("Home")
    home.keyboard.type("dark")
    expect(_active(home)).to_have_text("Switch to dark")
    home.keyboard.press("Enter")
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    expect(home.locator("#command-menu")).to_be_hidden()


def test_single_letters_lead_to_places_unless_one_writes(home: Page) -> None:
    home.keyboard.press("g")
    home.keyboard.press("m")
    expect(home).to_have_url(re.compile(f"{CLINIC}/messages$"))
    settled(home)
    home.keyboard.press("/")
    search = home.locator('[data-hotkey="/"]')
    expect(search).to_be_focused()
    home.keyboard.type("g h?")
    expect(search).to_have_value("g h?")
    expect(home.locator("#keyboard-help")).to_be_hidden()


def test_a_question_mark_lists_the_shortcuts_of_this_page(home: Page) -> None:
    home.keyboard.press("?")
    dialog = home.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    for words in ("Go to Scheduled", "Search and go to", "Show the shortcuts"):
        expect(dialog.get_by_text(words, exact=True)).to_be_visible()
    home.keyboard.press("g")
    home.keyboard.press("m")
    expect(dialog).to_be_visible()
    home.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_who_turned_letters_off_has_ctrl_k_alone(home: Page) -> None:
    with across_companies(reason="turning shortcuts off for a test"):
        session().execute(
            text("UPDATE users SET shortcuts = false WHERE email_address = :email"),
            {"email": CLINIC_OPERATOR},
        )
    home.reload()
    settled(home)
    home.keyboard.press("?")
    home.keyboard.press("g")
    home.keyboard.press("m")
    home.keyboard.press("Control+k")
    expect(_active(home)).to_have_text("Home")
    expect(home.locator("#keyboard-help")).to_be_hidden()
    expect(home).to_have_url(re.compile(f"{CLINIC}/$"))


def test_without_javascript_the_search_is_a_page(app: Flask, page: Page, served: str) -> None:
    assert page.context.browser
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    _sign_in(app, plain, served)
    plain.goto(f"{served}{CLINIC}/")
    plain.get_by_role("link", name="Search…").click()
    plain.get_by_role("searchbox", name="Search").fill("reminder")
    plain.get_by_role("button", name="Search").click()
    plain.get_by_role("link", name="Appointment reminder").click()
    expect(plain.get_by_role("heading", name="Appointment reminder", level=1)).to_be_visible()
    context.close()


def _active(page: Page) -> Locator:
    return page.locator("#command-menu .is-active")


def _sign_in(app: Flask, page: Page, served: str) -> None:
    cookie = session_cookie(app, CLINIC_OPERATOR)
    page.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": served}])
