"""The command menu and the shortcuts, open: no violation of WCAG 2.2 AA, and both fit a narrow phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.isolation.planting import plant
from tests.looks.conftest import Looker, lines
from tests.people import CLINIC_OPERATOR, SUPPORT
from tests.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
CLINIC = "/c/riverside-clinic"
Enter = Callable[..., Looker]


def test_the_command_menu_with_what_it_found(looker_of: Enter) -> None:
    looker = looker_of(CLINIC_OPERATOR)
    story = plant("riverside-clinic")
    looker.look_at(f"{CLINIC}/messages", then=lambda page: _search(page, story.canary))
    looker.look_at(f"{CLINIC}/messages", then=_show_shortcuts)
    assert not looker.wrong, lines(looker.wrong)


def test_the_search_beside_any_company(looker_of: Enter) -> None:
    looker = looker_of(SUPPORT)
    looker.look_at("/search?q=riverside")
    looker.look_at("/search?q=no-such-thing", then=lambda page: _search(page, "no-such-thing"))
    assert not looker.wrong, lines(looker.wrong)


def _search(page: Page, words: str) -> None:
    settled(page)
    page.keyboard.press("Control+k")
    with page.expect_response(lambda answer: f"q={words}" in answer.url):
        page.locator("#command-menu-q").fill(words)
    expect(page.locator("#command-menu [role=status]")).to_have_text(
        "No results" if "no-" in words else "4 results"
    )


def _show_shortcuts(page: Page) -> None:
    settled(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
