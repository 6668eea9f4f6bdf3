"""The combobox: all by keyboard, the select stays the field, and a swap leaves one widget with its focus."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

NOTE_CHANGES = """
() => {
  window.changes = [];
  document.addEventListener("change", (event) => window.changes.push(event.target.id));
}
"""
MORPH = """
(other) => {
  const old = document.getElementById("combobox-target").closest(".field");
  const fresh = old.cloneNode(true);
  fresh.querySelectorAll("[data-kept]").forEach((one) => one.remove());
  const select = fresh.querySelector("select");
  select.removeAttribute("tabindex");
  select.removeAttribute("aria-hidden");
  if (other) {
    select.querySelector(`[selected]`).removeAttribute("selected");
    select.querySelector(`[value=${other}]`).setAttribute("selected", "");
  }
  htmx.swap(old, fresh.outerHTML, { swapStyle: "morph:outerHTML" }, { contextElement: document.body });
}
"""


@pytest.fixture
def box(page: Page, served: str) -> Locator:
    page.goto(f"{served}/styleguide/combobox")
    found = page.get_by_role("combobox", name="“Pt Cell” means")
    expect(found).to_have_value("Mobile phone")
    page.evaluate(NOTE_CHANGES)
    return found


def active(page: Page) -> Locator:
    """The option that a screen reader is told of."""
    described = page.locator("#combobox-target-box").get_attribute("aria-activedescendant")
    return page.locator(f"[id='{described}']")


def test_arrows_home_and_end_move_and_enter_chooses(page: Page, box: Locator) -> None:
    box.focus()
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(active(page)).to_contain_text("Mobile phone")
    page.keyboard.press("End")
    expect(active(page)).to_have_text("Do not import")
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_contain_text("Mobile phone")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("E-mail")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    assert page.locator("#combobox-target").input_value() == "email"
    assert page.evaluate("window.changes") == ["combobox-target"]


def test_typing_filters_and_says_how_many_there_are(page: Page, box: Locator) -> None:
    box.focus()
    page.keyboard.type("name")
    expect(page.get_by_role("option")).to_have_text(
        ["First name", "Last nameNow “Pt Last”", "Keep under its own nameAs {data.pt_cell}"]
    )
    expect(page.get_by_role("group", name="Person")).to_be_visible()
    expect(page.locator("#live")).to_have_text("3 matches")
    page.keyboard.type(" l")
    page.keyboard.press("Tab")
    expect(box).to_have_value("Last name")
    assert page.evaluate("window.changes") == ["combobox-target"]


def test_words_that_match_nothing_say_so_and_choose_nothing(page: Page, box: Locator) -> None:
    box.focus()
    page.keyboard.type("zzz")
    expect(page.locator("#combobox-target-combobox")).to_contain_text("Nothing matches.", use_inner_text=True)
    expect(page.locator("#live")).to_have_text("No matches")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Mobile phone")
    assert page.evaluate("window.changes") == []


def test_escape_restores_what_was_chosen(page: Page, box: Locator) -> None:
    box.focus()
    page.keyboard.type("last")
    page.keyboard.press("Escape")
    expect(box).to_have_value("Mobile phone")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert page.locator("#combobox-target").input_value() == "mobile"


def test_leaving_by_mouse_chooses_nothing_and_pressing_an_option_does(page: Page, box: Locator) -> None:
    box.click()
    page.keyboard.press("ArrowDown")
    page.get_by_role("heading", name="Style guide").click()
    expect(box).to_have_value("Mobile phone")
    box.click()
    page.get_by_role("option", name="Provider").click()
    expect(box).to_have_value("Provider")
    expect(box).to_be_focused()


def test_an_option_says_why_and_which_is_chosen(page: Page, box: Locator) -> None:
    box.click()
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    expect(chosen).to_contain_text("9 of 10 values are phone numbers")


def test_whoever_changes_the_select_is_shown_in_the_box(page: Page, box: Locator) -> None:
    page.locator("#combobox-target").select_option(label="First name")
    expect(box).to_have_value("First name")
    page.get_by_text("“Pt Cell” means").click()
    expect(box).to_be_focused()


def test_a_morph_keeps_one_widget_its_focus_and_what_was_typed(page: Page, box: Locator) -> None:
    box.focus()
    page.keyboard.type("last")
    page.evaluate(MORPH)
    expect(box).to_be_focused()
    expect(box).to_have_value("last")
    page.keyboard.press("Enter")
    expect(box).to_have_value("Last name")
    expect(page.locator("#combobox-target")).to_have_attribute("tabindex", "-1")
    expect(page.get_by_role("combobox", name="“Pt Cell” means")).to_have_count(1)


def test_a_morph_that_brings_another_choice_shows_it(page: Page, box: Locator) -> None:
    page.evaluate(MORPH, "provider")
    expect(box).to_have_value("Provider")


def test_a_swap_attaches_anew_and_gives_the_focus_back(page: Page, box: Locator) -> None:
    box.focus()
    box.evaluate("element => { element.isOld = true; }")
    page.evaluate(
        "htmx.ajax('GET', '/styleguide/combobox', "
        "{target: '#about-combobox', select: '#about-combobox', swap: 'outerHTML'})"
    )
    expect(box).to_be_focused()
    expect(box).not_to_have_js_property("isOld", True)
    expect(box).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()


def test_a_disabled_select_does_not_open(page: Page, box: Locator) -> None:
    expect(page.get_by_role("combobox", name="“Pt First” means")).to_be_disabled()
    refused = page.get_by_role("combobox", name="“Contact” means")
    expect(refused).to_have_attribute("aria-invalid", "true")
    expect(refused).to_have_attribute("aria-describedby", "combobox-refused-error")


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_it_is_a_select(page: Page, served: str) -> None:
    page.goto(f"{served}/styleguide/combobox")
    page.get_by_label("“Pt Cell” means").select_option(label="First name")
    expect(page.get_by_label("“Pt Cell” means")).to_have_value("first")
