"""Turns a parsed wording into a function that writes it for one record after another.

Rendering is a loop over getters: no text of a client's is ever a format string, a template or code, and a
value is put in after parsing, so that a tag inside it stays text.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from app.domain.merge.functions import FUNCTIONS, PROPER_FIELDS
from app.domain.merge.names import proper_name, proper_place
from app.domain.merge.nodes import Broken, Call, Field, Text
from app.domain.merge.parser import read_wording
from app.domain.merge.remembered import Remembered
from app.domain.merge.values import as_text, as_texts

Escape = Callable[[str], str]
Renderer = Callable[[Mapping[str, Any]], str]

_Slot = tuple[int, str, str, Remembered | None]
_NOTHING: Mapping[str, Any] = {}

# Names repeat across all companies' messages, and there are few ways to write them: 5 MB at most each.
_NAMES = {
    proper_name: Remembered(proper_name, size=32_768),
    proper_place: Remembered(proper_place, size=8_192),
}
_REMEMBERED_RESULTS = 1_024


@lru_cache(maxsize=256)
def compile_wording(text: str, *, escape: Escape | None = None) -> Renderer:
    """Return what renders this wording for `{"data": {...}, "company": {...}, "customer": {...}}`.

    The renderer is total: a missing field or part is "", a broken tag shows between ⟦ and ⟧. `escape`, such
    as `html.escape`, is applied to what each tag shows, not to the wording's own text.
    """
    segments: list[str] = []
    slots: list[_Slot] = []
    for node in read_wording(text).nodes:
        if isinstance(node, Field):
            root, _, key = node.name.partition(".")
            slots.append((len(segments), root, key, _writer(node.name, node.calls, escape)))
        segments.append(_plain_segment(node, escape))
    return _renderer(segments, slots)


def _plain_segment(node: Text | Field | Broken, escape: Escape | None) -> str:
    """Return what stands in a node's place before any value is known."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Field):
        return ""
    inner = node.source.removeprefix("{").removesuffix("}") or node.source
    return f"⟦{escape(inner) if escape else inner}⟧"


def _renderer(segments: list[str], slots: list[_Slot]) -> Renderer:
    """Put the values into copies of the segments; the record's own fields with a function go first."""
    written = [
        (slot, key, writer) for slot, root, key, writer in slots if root == "data" and writer is not None
    ]
    others = [one for one in slots if one[1] != "data" or one[3] is None]

    def fill(values: Mapping[str, Any]) -> str:
        filled = segments[:]
        get = (values.get("data") or _NOTHING).get
        for slot, key, writer in written:
            filled[slot] = writer[get(key)]
        for slot, root, key, other in others:
            value = (values.get(root) or _NOTHING).get(key)
            if other is not None:
                filled[slot] = other[value]
            else:
                filled[slot] = value if value.__class__ is str else as_text(value)
        return "".join(filled)

    def render(values: Mapping[str, Any]) -> str:
        try:
            return fill(values)
        except TypeError:  # A list or an object cannot be remembered; its text can.
            return fill(as_texts(values))

    return render


@lru_cache(maxsize=256)
def _writer(name: str, calls: tuple[Call, ...], escape: Escape | None) -> Remembered | None:
    """Return the chain of a tag's functions with its memory, or None where a value is shown as it is.

    Wordings that say the same tag share one.
    """
    steps = _steps(name, calls)
    if escape is not None:
        steps.append(escape)
    if not steps:
        return None
    if len(steps) == 1 and steps[0] in _NAMES:
        return _NAMES[steps[0]]
    chain = [_NAMES[step].__getitem__ if step in _NAMES else step for step in steps]

    def write(text: str) -> str:
        for step in chain:
            text = step(text)
        return text

    return Remembered(write, size=_REMEMBERED_RESULTS)


def _steps(name: str, calls: tuple[Call, ...]) -> list[Callable[[str], str]]:
    """Put the proper name first where the field has one, unless the tag says `asis`."""
    proper = PROPER_FIELDS.get(name)
    steps = [] if proper is None or any(call.function == "asis" for call in calls) else [proper]
    for call in calls:
        if call.function == "name":
            steps += [] if proper in steps else [proper or proper_name]
        elif call.function != "asis":
            steps.append(FUNCTIONS[call.function].make(*call.arguments))
    return steps
