"""A session that ends: it is said two minutes before, and what was typed comes back to its writer alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from app.unit_of_work import across_companies, session
from tests.components.behaving import FORM, HOME, Desk
from tests.people import CLINIC_ADMIN
from tests.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DRAFTS = "Object.keys(sessionStorage).filter(key => key.startsWith('draft:')).length"


def warning(page: Page) -> Locator:
    return page.get_by_role("dialog", name="You will be signed out in 2 minutes")


def ended(page: Page) -> Locator:
    return page.get_by_role("dialog", name="You are signed out")


def fill(page: Page) -> None:
    page.get_by_label("Name of the sending").fill("Winter closure")
    page.get_by_label("Kind", exact=True).select_option("call")
    page.get_by_label("Agreed").check()
    page.get_by_label("Password").fill("a secret")
    page.get_by_label("Code", exact=True).fill("123456")


def test_two_minutes_before_the_end_one_can_stay(desk: Desk) -> None:
    desk.open()
    desk.wait(minutes=28, seconds=5)
    expect(warning(desk.page)).to_be_visible()
    stay = desk.page.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    desk.wait(seconds=30)
    expect(warning(desk.page)).to_contain_text(re.compile("Time left: 1:2[0-9]"))
    stay.click()
    expect(warning(desk.page)).to_be_hidden()
    desk.wait(minutes=20)
    answer = desk.page.goto(desk.address + HOME)
    assert answer
    assert desk.page.url.endswith(HOME)


def test_escape_means_that_somebody_is_there(desk: Desk) -> None:
    desk.open()
    desk.wait(minutes=28, seconds=5)
    expect(warning(desk.page)).to_be_visible()
    with desk.page.expect_response(lambda answer: answer.request.method == "POST") as extended:
        desk.page.keyboard.press("Escape")
    assert extended.value.json()["seconds_left"] > 1700
    expect(warning(desk.page)).to_be_hidden()


def test_who_was_active_in_another_tab_is_not_warned(desk: Desk) -> None:
    desk.open()
    desk.wait(minutes=20)
    desk.page.context.request.get(desk.address + HOME)
    with desk.page.expect_response("**/session") as asked:
        desk.wait(minutes=8, seconds=5)
    assert asked.value.json()["seconds_left"] > 1200
    expect(warning(desk.page)).to_be_hidden()


def test_asking_how_long_it_holds_extends_nothing(desk: Desk) -> None:
    desk.open()
    for _ in range(3):
        desk.wait(minutes=9)
        assert desk.page.context.request.get(desk.address + "/session").ok
    desk.wait(minutes=4)
    assert (
        desk.page.context.request.get(
            desk.address + "/session", headers={"Accept": "application/json"}
        ).status
        == 401
    )


def test_after_twelve_hours_staying_is_not_offered(desk: Desk) -> None:
    with across_companies(reason="bringing a session near its end for a test"):
        session().execute(text("UPDATE user_sessions SET expires_at = now() + interval '20 minutes'"))
    desk.open()
    desk.wait(minutes=18, seconds=10)
    expect(warning(desk.page)).to_contain_text("twelve hours at most")
    expect(desk.page.get_by_role("button", name="Stay signed in")).to_be_hidden()


def test_what_was_typed_comes_back_after_signing_in_again(desk: Desk) -> None:
    desk.open(extra=FORM)
    fill(desk.page)
    desk.wait(minutes=31)
    expect(ended(desk.page)).to_be_visible()
    assert desk.page.url.endswith(HOME)
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("Escape")
    expect(ended(desk.page)).to_be_visible()
    desk.sign_in()
    desk.page.get_by_role("link", name="Sign in again").click()
    expect(desk.page.locator("main")).to_contain_text("What you had typed is back.")
    expect(desk.page.get_by_label("Name of the sending")).to_have_value("Winter closure")
    expect(desk.page.get_by_label("Kind", exact=True)).to_have_value("call")
    expect(desk.page.get_by_label("Agreed")).to_be_checked()
    expect(desk.page.get_by_label("Password")).to_have_value("")
    expect(desk.page.get_by_label("Code", exact=True)).to_have_value("")
    assert desk.page.evaluate(DRAFTS) == 0


def test_what_came_back_can_be_discarded(desk: Desk) -> None:
    desk.open(extra=FORM)
    fill(desk.page)
    desk.wait(minutes=31)
    desk.sign_in()
    desk.page.get_by_role("link", name="Sign in again").click()
    desk.page.get_by_role("button", name="Discard it").click()
    expect(desk.page.get_by_label("Name of the sending")).to_have_value("")
    expect(desk.page.get_by_label("Kind", exact=True)).to_have_value("sms")
    expect(desk.page.get_by_label("Agreed")).not_to_be_checked()
    expect(desk.page.locator("main")).not_to_contain_text("What you had typed")


def test_the_sign_in_page_itself_leads_back(desk: Desk) -> None:
    desk.open(extra=FORM)
    desk.wait(minutes=31)
    desk.page.get_by_role("link", name="Sign in again").click()
    expect(desk.page.locator("#next")).to_have_value(HOME)


def test_somebody_else_never_gets_it(desk: Desk) -> None:
    desk.open(extra=FORM)
    fill(desk.page)
    desk.wait(minutes=31)
    expect(ended(desk.page)).to_be_visible()
    assert desk.page.evaluate(DRAFTS) == 1
    desk.sign_in(CLINIC_ADMIN)
    desk.page.get_by_role("link", name="Sign in again").click()
    settled(desk.page)
    expect(desk.page.get_by_label("Name of the sending")).to_have_value("")
    assert desk.page.evaluate(DRAFTS) == 0


def test_signing_out_forgets_it(desk: Desk) -> None:
    desk.open()
    person = desk.page.locator("#session").get_attribute("data-person")
    desk.page.evaluate(f"sessionStorage.setItem('draft:{person}:/elsewhere', '[]')")
    desk.page.evaluate("document.querySelector('form[action=\"/sign-out\"]').requestSubmit()")
    desk.page.wait_for_url("**/sign-in")
    assert desk.page.evaluate(DRAFTS) == 0


def test_a_session_taken_away_meanwhile_leaves_the_page_where_it_is(desk: Desk) -> None:
    desk.open(extra=FORM)
    fill(desk.page)
    with across_companies(reason="ending a session for a test"):
        session().execute(text("UPDATE user_sessions SET ended_at = now()"))
    desk.put(f'<div id="asks" hx-get="{HOME}" hx-trigger="ask"></div>')
    desk.page.evaluate("htmx.trigger('#asks', 'ask')")
    expect(ended(desk.page)).to_be_visible()
    expect(desk.page.get_by_label("Name of the sending", exact=True)).to_have_value("Winter closure")
    assert desk.page.evaluate(DRAFTS) == 1


def test_signing_in_again_in_one_tab_opens_the_others(desk: Desk) -> None:
    desk.open(extra=FORM)
    fill(desk.page)
    desk.wait(minutes=31)
    expect(ended(desk.page)).to_be_visible()
    desk.sign_in()
    other = desk.page.context.new_page()
    other.goto(desk.address + HOME)
    expect(ended(desk.page)).to_be_hidden()
    expect(desk.page.get_by_label("Name of the sending")).to_have_value("Winter closure")


def test_a_computer_that_slept_sends_nothing_after_the_end(desk: Desk) -> None:
    desk.open(extra=FORM)
    fill(desk.page)
    sent: list[str] = []
    desk.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    desk.sleep(hours=9)
    desk.page.get_by_role("button", name="Send it").click()
    expect(ended(desk.page)).to_be_visible()
    assert not sent
    assert desk.page.evaluate(DRAFTS) == 1
