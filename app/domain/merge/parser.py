"""Reads a wording, left to right, into nodes; it never raises and never loses a character.

The first word of a tag says what reads the rest of it (`_TAGS`); without such a word it is a field. Tags that
form blocks (`{if …}`, `{else}`, `{end}`) are to be read as flat nodes here and folded afterwards, so that
this stays one pass.
"""

import re
from collections.abc import Callable, Mapping

from app.domain.merge.fields import STANDARD_FIELDS, all_names, is_possible, nearest, nearest_field
from app.domain.merge.functions import FUNCTIONS, Function, find_argument_fault
from app.domain.merge.nodes import Broken, Call, Field, MergeError, Node, Text, Wording, line_starts, position

_PLAIN = re.compile(r"(?:[^{}]++|\{\{|\}\})++")
_NAME = re.compile(r"[^{}|]*+")
_ARGUMENT = re.compile(r"(?:[^{}|]++|\{\{|\}\}|\|\|)*+")
_REST = re.compile(r"[^{}]*+")
_DOUBLED = re.compile(r"([{}|])\1")
_LINE = re.compile(r"[^\r\n]*")
_SOUND_START = re.compile(r"\{\s*\w+\.\w+(?:\|\w+)*")


def read_wording(text: str) -> Wording:
    """Read any text at all; what is wrong with it is in the errors, in the order of the text."""
    reader = _Reader(text)
    nodes: list[Node] = []
    while reader.at < len(text):
        nodes.append(_read_node(reader))
    return Wording(text, tuple(nodes), tuple(reader.errors))


class _Reader:
    """A text, how far it has been read, and what was found wrong."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.errors: list[MergeError] = []
        self._line_starts = line_starts(text)

    def take(self, pattern: re.Pattern[str]) -> str:
        """Read on over what the pattern matches here, which may be nothing."""
        found = pattern.match(self.text, self.at)
        taken = found.group() if found else ""
        self.at += len(taken)
        return taken

    def take_name(self) -> tuple[int, str]:
        """Read the name of a field or function and where it stands; blanks around it do not count."""
        start, raw = self.at, self.take(_NAME)
        return start + len(raw) - len(raw.lstrip()), raw.strip()

    def skip(self, character: str) -> bool:
        """Read on over this character if it comes next."""
        comes = self.text.startswith(character, self.at)
        self.at += comes
        return comes

    def complain(self, code: str, offset: int, message: str, suggestion: str | None = None) -> None:
        """Note an error at a place in the text, counted from 0."""
        self.errors.append(MergeError(code, *position(self._line_starts, offset), message, suggestion))


def _read_node(reader: _Reader) -> Node:
    plain = reader.take(_PLAIN)
    if plain:
        return Text(plain, _DOUBLED.sub(_undouble_brace, plain))
    if reader.skip("}"):
        reader.complain("stray_brace", reader.at - 1, "This } closes nothing; to show one, write }}.", "}}")
        return Broken("}")
    return _read_tag(reader)


def _undouble_brace(found: re.Match[str]) -> str:
    return found.group(0) if found.group(1) == "|" else found.group(1)


def _read_tag(reader: _Reader) -> Node:
    start, known = reader.at, len(reader.errors)
    reader.skip("{")
    offset, head = reader.take_name()
    word = head.split(maxsplit=1)[0] if head else ""
    tag = _TAGS.get(word, _read_field)(reader, head, offset)
    sound = len(reader.errors) == known
    if not sound:
        reader.take(_REST)
    if not reader.skip("}"):
        del reader.errors[known:]
        return _leave_open(reader, start)
    source = reader.text[start : reader.at]
    if tag and sound:
        return Field(source, *tag)
    return Broken(source, *tag[:2]) if tag else Broken(source)


_Tag = tuple[str, int, tuple[Call, ...]]


def _read_field(reader: _Reader, name: str, offset: int) -> _Tag | None:
    if not name:
        reader.complain("empty_tag", offset, "This tag is empty; to show braces, write {{ and }}.")
        return None
    if not is_possible(name):
        suggestion = nearest_field(name, all_names(STANDARD_FIELDS))
        reader.complain("unknown_field", offset, f"“{name}” is not a field.", suggestion)
        return name, offset, ()
    return name, offset, _read_calls(reader)


def _read_later_tag(reader: _Reader, head: str, offset: int) -> None:
    word = head.split(maxsplit=1)[0]
    reader.complain("not_available_yet", offset, f"The tag “{word}” is not available yet.")


_TAGS: Mapping[str, Callable[[_Reader, str, int], _Tag | None]] = dict.fromkeys(
    ("if", "else", "end", "link", "survey"), _read_later_tag
)


def _read_calls(reader: _Reader) -> tuple[Call, ...]:
    """Read the functions of a tag; each takes its fixed number of arguments, the next bar begins another."""
    calls: list[Call] = []
    while reader.skip("|"):
        offset, name = reader.take_name()
        function = FUNCTIONS.get(name)
        if function is None:
            _complain_of_function(reader, offset, name, calls)
            break
        arguments = _read_arguments(reader, function, offset)
        if arguments is None:
            break
        calls.append(Call(name, arguments))
    return tuple(calls)


def _complain_of_function(reader: _Reader, offset: int, name: str, calls: list[Call]) -> None:
    if not name:
        reader.complain("unknown_function", offset, "A function is missing after this bar.")
        return
    suggestion = nearest(name, FUNCTIONS)
    message = f"“{name}” is not a function."
    if calls and suggestion is None:
        before = FUNCTIONS[calls[-1].function]
        message += f" {_describe_arguments(before)}; the next bar begins another function."
    reader.complain("unknown_function", offset, message, suggestion)


def _read_arguments(reader: _Reader, function: Function, offset: int) -> tuple[str, ...] | None:
    arguments = []
    for kind in function.arguments:
        if not reader.skip("|"):
            example = function.example.strip("{}").partition("|")[2]
            reader.complain("missing_argument", offset, f"{_describe_arguments(function)}.", example)
            return None
        start = reader.at
        arguments.append(_DOUBLED.sub(r"\1", reader.take(_ARGUMENT)))
        fault = find_argument_fault(kind, arguments[-1])
        if fault:
            reader.complain("unknown_argument", start + fault.offset, fault.message, fault.suggestion)
            return None
    return tuple(arguments)


def _describe_arguments(function: Function) -> str:
    if not function.arguments:
        return f"“{function.name}” takes no argument"
    return f"“{function.name}” needs {len(function.arguments)} argument: a {', a '.join(function.arguments)}"


def _leave_open(reader: _Reader, start: int) -> Node:
    """Give up on a tag that never ends: it reaches to the end of its line or to the next tag."""
    line = _LINE.match(reader.text, start, reader.at)
    source = line.group() if line else ""
    reader.at = start + len(source)
    message = "This tag is not closed: a } is missing."
    if "}}" in source:
        message += " Within an argument, }} stands for one }."
    sound = _SOUND_START.match(source)
    reader.complain("unclosed_tag", start, message, f"{sound.group()}}}" if sound else None)
    return Broken(source)
