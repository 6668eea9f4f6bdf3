"""Templates hold words and structure: no style, no script, none that nobody shows."""

import re

import pytest

from tests.architecture.source import CHECKOUT, modules, templates

INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|\shx-on|<style|<script(?![^>]*\ssrc=)|javascript:"""
)
USED = re.compile(r"""["']([\w/.{}-]+\.html)["']""")


def test_no_template_has_a_style_or_a_script_of_its_own() -> None:
    found = [
        f"{name}: {match[0].strip()}"
        for name, text in templates().items()
        for match in INLINE.finditer(without_comments(text))
    ]
    assert found == []


@pytest.mark.parametrize(
    "html",
    [
        '<p style="x">',
        '<p onclick="x()">',
        "<p hx-on:click='x'>",
        "<script>x()</script>",
        "<style>p{}</style>",
        '<a href="javascript:x()">',
    ],
)
def test_what_is_inline_is_seen(html: str) -> None:
    assert INLINE.search(html)


@pytest.mark.parametrize("html", ['<script src="x" defer></script>', '<p hx-get="x">', '<p data-on="x">'])
def test_what_comes_from_a_file_is_not(html: str) -> None:
    assert not INLINE.search(html)


def test_every_page_stands_in_a_layout() -> None:
    pages = {
        name: text
        for name, text in templates().items()
        if not name.rpartition("/")[2].startswith("_") and not name.startswith(("components/", "layouts/"))
    }
    assert pages
    assert [name for name, text in pages.items() if not re.search(r"\{%-?\s*extends\s", text)] == []


def test_every_template_is_used_and_every_used_one_is_there() -> None:
    texts = [*templates().values()]
    texts += [
        (CHECKOUT / module.place).read_text() for module in modules() if module.within("app/blueprints/")
    ]
    used = {name for text in texts for name in USED.findall(text)}
    # A name with a gap, as in f"room/new_{step}.html", uses all that fit.
    gaps = [re.compile(re.sub(r"\{[\w.]+\}", r"\\w+", name)) for name in used if "{" in name]
    used = {name for name in used if "{" not in name}
    used |= {name for name in templates() if any(gap.fullmatch(name) for gap in gaps)}
    assert used - set(templates()) == set()
    assert set(templates()) - used == set()


def test_what_is_marked_safe_is_said_in_python_with_a_reason() -> None:
    assert [
        name for name, text in templates().items() if re.search(r"\|\s*safe\b|autoescape\s+false", text)
    ] == []


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.S)
