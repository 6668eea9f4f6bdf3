"""One hand for all pages: what a component draws is written nowhere else, and the style guide has it."""

import re
from collections.abc import Iterator

import pytest

from app.blueprints.styleguide.catalogue import ENTRIES
from app.local.assets import style_sheet
from tests.architecture.source import CHECKOUT, templates
from tests.architecture.test_templates import without_comments

LARGEST_STYLE_SHEET = 60_000
# Markup for which there is a component, with the component's name.
RAW = {
    r"<button\b": "button, menu or dialog",
    r"<select\b": "field or combobox",
    r"<textarea\b": "field",
    r"<input\b(?![^>]*type=\"hidden\")": "field or choice",
    r"<table\b": "table",
    r"<dialog\b": "dialog or drawer",
    r"<details\b": "details or menu",
    r"<progress\b": "progress",
    r"<svg\b": "icon, sparkline or bar_chart",
    r"<time\b": "time_tag",
    r"class=\"(?:button|badge|banner|chip|avatar|stat)[\" -]": "its macro",
    r"class=\"(?:tabs|stepper|pager|toast|tooltip|menu)[\" -]": "its macro",
}
MACRO = re.compile(r"\{%-?\s*macro (\w+)\(")
# Components that the style guide has no section for, each with the reason.
NOT_SHOWN = {"attributes": "writes attributes for the others and draws nothing itself"}


def raw_markup(text: str) -> Iterator[str]:
    """What a page writes by hand although a component draws it."""
    for pattern, component in RAW.items():
        for found in re.finditer(pattern, text):
            yield f"{found[0]} (use {component})"


def test_no_page_draws_by_hand_what_a_component_draws() -> None:
    found = [
        f"{name}: {mistake}"
        for name, text in templates().items()
        if not name.startswith(("components/", "layouts/"))
        for mistake in raw_markup(without_comments(text))
    ]
    assert found == []


@pytest.mark.parametrize(
    "html", ['<button type="submit">', '<input type="text" name="a">', '<p class="badge badge-good">']
)
def test_markup_by_hand_is_seen(html: str) -> None:
    assert list(raw_markup(html))


def test_a_hidden_field_is_no_component() -> None:
    assert list(raw_markup('<input name="a" type="hidden" value="b">')) == []


def test_the_style_guide_shows_every_component() -> None:
    components = {
        name.partition("/")[2].removesuffix(".html") for name in templates() if "components/" in name
    }
    assert components - {entry.name for entry in ENTRIES} - NOT_SHOWN.keys() == set()


def test_the_style_guide_calls_every_macro_that_pages_call() -> None:
    texts = {name: without_comments(text) for name, text in templates().items()}
    shown = "\n".join(text for name, text in texts.items() if name.startswith("styleguide/"))
    pages = "\n".join(
        text for name, text in texts.items() if not name.startswith(("components/", "styleguide/"))
    )
    offered = {
        macro for name, text in texts.items() if "components/" in name for macro in MACRO.findall(text)
    }
    used = {macro for macro in offered if re.search(rf"\b{macro}\(", pages)}
    assert sorted(macro for macro in used if not re.search(rf"\b{macro}\(", shown)) == []


def test_all_styles_together_stay_small() -> None:
    assert len(style_sheet(CHECKOUT / "app/static/css/app.css").encode()) < LARGEST_STYLE_SHEET
