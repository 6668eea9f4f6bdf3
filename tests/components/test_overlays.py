"""What lies over a page opens, is used and closes by keyboard alone, and leaves the focus where it was."""

import pytest
from playwright.sync_api import Page, expect

from tests.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
WALK = (
    ("ArrowDown", "Rename"),
    ("End", "Discard"),
    ("ArrowDown", "Rename"),
    ("ArrowUp", "Discard"),
    ("Home", "Rename"),
    ("h", "Hand over"),
)


def opened(page: Page, served: str, component: str) -> None:
    """Show one component's section and wait until its behaviours are there."""
    page.goto(f"{served}/styleguide/{component}")
    settled(page)


def test_a_dialog_takes_the_focus_and_escape_gives_it_back(page: Page, served: str) -> None:
    opened(page, served, "dialog")
    opener = page.get_by_role("button", name="Rename the import…")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Rename the import")
    expect(dialog.get_by_role("button", name="Go back")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("main :focus:not(dialog *)")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_press_beside_a_dialog_closes_it_and_one_inside_does_not(page: Page, served: str) -> None:
    opened(page, served, "dialog")
    page.get_by_role("button", name="Rename the import…").click()
    dialog = page.get_by_role("dialog", name="Rename the import")
    box = dialog.bounding_box()
    assert box
    page.mouse.click(box["x"] + 3, box["y"] + 3)
    expect(dialog).to_be_visible()
    page.mouse.click(box["x"] - 20, box["y"] - 20)
    expect(dialog).to_be_hidden()


def test_what_cannot_be_taken_back_is_asked_for_and_no_is_an_answer(page: Page, served: str) -> None:
    opened(page, served, "dialog")
    asking = page.get_by_role("button", name="Cancel the sending")
    asking.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Are you sure?")
    expect(dialog).to_contain_text("Nothing more of this will go out.")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(asking).to_be_focused()
    assert page.url.endswith("/styleguide/dialog")


def test_a_drawer_shows_the_page_of_a_link_and_keeps_the_address(page: Page, served: str) -> None:
    opened(page, served, "drawer")
    link = page.get_by_role("link", name="Open a page in the drawer")
    link.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="Style guide")
    expect(drawer.get_by_role("heading", name="Style guide")).to_be_focused()
    expect(drawer).to_contain_text("it says the name itself")
    assert page.url.endswith("/styleguide/drawer")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(link).to_be_focused()


def test_a_link_into_a_drawer_opens_in_a_new_tab_with_control(page: Page, served: str) -> None:
    opened(page, served, "drawer")
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Open a page in the drawer").click(modifiers=["Control"])
    assert other.value.url.endswith("/styleguide/avatar")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_drawer_that_gets_no_page_closes_and_says_so(page: Page, served: str) -> None:
    opened(page, served, "drawer")
    link = page.get_by_role("link", name="Open a page in the drawer")
    link.evaluate("link => { link.href = '/styleguide/nothing-of-that-name'; }")
    link.click()
    expect(page.locator("#problem")).not_to_be_empty()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_menu_is_walked_with_arrows_ends_and_letters(page: Page, served: str) -> None:
    opened(page, served, "menu")
    button = page.get_by_role("button", name="Actions")
    button.focus()
    for key, entry in WALK:
        page.keyboard.press(key)
        expect(page.locator(":focus")).to_have_text(entry)
    page.keyboard.press("Escape")
    expect(page.locator("#menu-actions-list")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_menu_closes_when_the_focus_leaves_it(page: Page, served: str) -> None:
    opened(page, served, "menu")
    page.get_by_role("button", name="Density").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(":focus")).to_have_text("Compact")
    page.keyboard.press("Tab")
    expect(page.locator("#menu-current-list")).to_be_hidden()


def test_a_menu_names_its_links_as_links(page: Page, served: str) -> None:
    opened(page, served, "menu")
    page.get_by_role("button", name="Actions").press("ArrowDown")
    listed = page.get_by_role("list", name="Actions")
    expect(listed.get_by_role("link")).to_have_count(3)
    expect(listed.get_by_role("button")).to_have_text("Discard")


def test_a_tooltip_comes_with_the_focus_and_goes_on_escape(page: Page, served: str) -> None:
    opened(page, served, "tooltip")
    button = page.get_by_role("button", name="Looks right")
    words = page.locator("#tooltip-why")
    expect(words).to_be_hidden()
    button.focus()
    expect(words).to_be_visible()
    expect(button).to_have_accessible_description("Nine of ten values are phone numbers.")
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()
    expect(button).to_be_focused()


def test_the_pointer_may_rest_on_a_tooltip(page: Page, served: str) -> None:
    opened(page, served, "tooltip")
    page.get_by_role("link", name="Eastern Time").hover()
    words = page.locator("#tooltip-long")
    expect(words).to_be_visible()
    words.hover()
    expect(words).to_have_css("opacity", "1")


def test_a_toast_is_spoken_and_can_be_undone_by_keyboard(page: Page, served: str) -> None:
    page.clock.install()
    opened(page, served, "details")
    _say(page, "The import was discarded.", undo="/styleguide/toast")
    region = page.locator("#toasts [role=status]")
    expect(region).to_contain_text("The import was discarded.")
    undo = region.get_by_role("button", name="Undo")
    assert undo.evaluate("button => [button.form.method, new URL(button.form.action).pathname]") == [
        "post",
        "/styleguide/toast",
    ]


def test_a_toast_stays_six_seconds_and_as_long_as_somebody_is_there(page: Page, served: str) -> None:
    page.clock.install()
    opened(page, served, "details")
    _say(page, "Saved.")
    shown = page.locator("#toasts .toast")
    page.clock.run_for(5_900)
    expect(shown).to_be_visible()
    shown.get_by_role("button", name="Close this notice").focus()
    page.clock.run_for(60_000)
    expect(shown).to_be_visible()
    page.locator("#main").focus()
    page.clock.run_for(60_000)
    expect(shown).to_have_count(0)


def test_closing_a_toast_leaves_the_focus_on_the_page(page: Page, served: str) -> None:
    opened(page, served, "details")
    _say(page, "Saved.")
    page.get_by_role("button", name="Close this notice").press("Enter")
    expect(page.locator("#toasts .toast")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()


def _say(page: Page, text: str, undo: str | None = None) -> None:
    """Ask for a toast as the server's HX-Trigger header does."""
    page.evaluate(
        "detail => document.body.dispatchEvent(new CustomEvent('toast', { detail, bubbles: true }))",
        {"text": text, "undo": undo},
    )
