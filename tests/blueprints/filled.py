"""What a form of a page would send as it stands, with everything that is typed and chosen in it."""

from html5lib import parse
from werkzeug.test import TestResponse


def filled(page: TestResponse, action: str) -> dict[str, str]:
    """The fields of the form that goes to `action` (the end of its address)."""
    tree = parse(page.text, namespaceHTMLElements=False)
    (form,) = (one for one in tree.iter("form") if one.get("action", "").endswith(action))
    sent: dict[str, str] = {}
    for field in form.iter():
        name, kind = field.get("name"), field.get("type", "text")
        if not name:
            continue
        if field.tag == "input" and (kind not in ("checkbox", "radio") or field.get("checked") is not None):
            sent[name] = field.get("value", "")
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [one for one in options if one.get("selected") is not None] or options[:1]
            sent[name] = chosen[0].get("value", "") if chosen else ""
    return sent
