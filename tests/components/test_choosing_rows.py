"""Rows of a table are chosen by mouse and by keyboard, one, many and all, and the page says how many."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def table(page: Page, served: str) -> Page:
    page.goto(f"{served}/styleguide/table")
    expect(page.get_by_label("Select all on this page")).to_be_visible()
    return page


def test_the_bar_says_how_many_are_chosen_and_goes_when_none_is(table: Page) -> None:
    bar = table.locator("#table-selection")
    expect(bar).to_be_hidden()
    table.get_by_label("Select Bo Strand").check()
    expect(bar).to_contain_text("1 of 4 people selected")
    table.get_by_label("Select all on this page").check()
    expect(bar).to_contain_text("4 of 4 people selected")
    table.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    expect(table.get_by_label("Select all on this page")).to_be_focused()


def test_shift_chooses_all_between_two(table: Page) -> None:
    table.get_by_label("Select Ada Example").click()
    table.get_by_label("Select Cleo Marsh").click(modifiers=["Shift"])
    expect(table.locator("#table-selection")).to_contain_text("3 of 4 people selected")
    expect(table.get_by_label("Select Bo Strand")).to_be_checked()
    expect(table.get_by_label("Select Dov Lind")).not_to_be_checked()


def test_some_chosen_rows_show_on_the_box_for_all(table: Page) -> None:
    table.get_by_label("Select Ada Example").check()
    assert table.get_by_label("Select all on this page").evaluate("box => box.indeterminate")


def test_the_keyboard_alone_can_choose(table: Page) -> None:
    table.get_by_label("Select all on this page").focus()
    table.keyboard.press("Space")
    expect(table.locator("#table-selection")).to_contain_text("4 of 4 people selected")
