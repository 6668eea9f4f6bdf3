"""A test client that reads as a strict reader does: it fails any page whose HTML is not right.

A page has a title, one main heading and no id twice; its elements nest as the HTML standard says; a form says
where it goes, a label names a field, nothing carries a style or a script of its own.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from html5lib import HTMLParser
from html5lib.constants import E as SENTENCES
from werkzeug.test import TestResponse

_PHRASING_ONLY = re.compile(r"button|h[1-6]|label|span|p|strong|em|code|summary")
_FLOW = re.compile(
    r"address|article|aside|blockquote|details|dialog|div|dl|fieldset|footer|form|header|hr|main|nav|ol|p|pre|"
    r"section|table|ul"
)


class StrictClient(FlaskClient):
    """Reads every HTML answer strictly; `client.lenient = True` lets a test look at what is broken."""

    lenient = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        open_cookies = [one for one in answer.headers.getlist("Set-Cookie") if not _is_kept_safe(one)]
        assert not open_cookies, f"{answer.request.path}: a script or another site reaches {open_cookies}"
        if answer.mimetype == "text/html" and not self.lenient and answer.data:
            found = list(mistakes(answer.text))
            where = f"{answer.request.method} {answer.request.path} ({answer.status})"
            assert not found, f"{where} is not right:\n  " + "\n  ".join(found)
        return answer


def _is_kept_safe(cookie: str) -> bool:
    """Say whether no script and no other site reaches a cookie; one that is being deleted holds nothing."""
    flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
    return "max-age=0" in flags or {"httponly", "samesite=lax", "path=/"} <= flags


def mistakes(html: str) -> Iterator[str]:
    """What is wrong with a page, or with a fragment of one, in sentences."""
    whole = html.lstrip()[:9].lower() == "<!doctype"
    parser = HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(html) if whole else _fragment(parser, html)
    for (line, column), code, values in parser.errors:
        yield f"line {line}, column {column}: {SENTENCES.get(code, code) % values}"
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]
    yield from _twice(elements)
    yield from _broken_forms(elements)
    yield from _inline(elements)
    yield from _nested_wrongly(elements)
    if whole:
        yield from _incomplete(tree, elements)


def _fragment(parser: HTMLParser, html: str) -> Element:
    """Parse a part of a page inside the element it will be put into."""
    start = html.lstrip().lower()
    container = next(
        (
            parent
            for tag, parent in {"<tr": "tbody", "<td": "tr", "<th ": "tr", "<option": "select"}.items()
            if start.startswith(tag)
        ),
        "div",
    )
    found: Element = parser.parseFragment(html, container=container)
    return found


def _twice(elements: list[Element]) -> Iterator[str]:
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    for one, times in ids.items():
        if times > 1:
            yield f"the id “{one}” stands {times} times"
        if not one or any(letter.isspace() for letter in one):
            yield f"the id “{one}” is empty or has a space in it"


def _broken_forms(elements: list[Element]) -> Iterator[str]:
    ids = {element.get("id") for element in elements}
    for element in elements:
        if element.tag == "form" and element.get("method") != "dialog":
            if not element.get("action"):
                yield "a form does not say where it goes (action)"
            if element.get("method", "get").lower() == "post" and not _carries_token(element):
                yield f"the form to {element.get('action')} carries no CSRF token"
        if element.tag == "label" and element.get("for") and element.get("for") not in ids:
            yield f"a label names the field “{element.get('for')}”, which is not there"
        if element.tag == "button" and element.get("type") not in ("submit", "button", "reset"):
            yield "a button does not say what it does (type)"


def _carries_token(form: Element) -> bool:
    return any(field.get("name") == "csrf_token" and field.get("value") for field in form.iter("input"))


def _inline(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        for name in element.keys():  # noqa: SIM118  (an Element is not a dictionary)
            if name == "style" or name.startswith(("on", "hx-on")):
                yield f"<{element.tag}> has {name}, which the content security policy refuses"
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"<{element.tag}> stands in the page, which the content security policy refuses"


def _nested_wrongly(elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if not _PHRASING_ONLY.fullmatch(element.tag):
            continue
        for inside in element.iter():
            if inside is not element and isinstance(inside.tag, str) and _FLOW.fullmatch(inside.tag):
                yield f"<{inside.tag}> stands inside <{element.tag}>"


def _incomplete(tree: Element, elements: list[Element]) -> Iterator[str]:
    title = tree.find("head/title")
    if title is None or not (title.text or "").strip():
        yield "the page has no title"
    if not tree.get("lang"):
        yield "the page does not say which language it is in"
    headings = sum(element.tag == "h1" for element in elements)
    if headings != 1:
        yield f"the page has {headings} main headings, not one"
