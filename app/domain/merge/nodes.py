"""What a parsed wording consists of; every node keeps its source, so that printing gives the text back."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_LINE_BREAK = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class MergeError:
    """One thing wrong with a wording. `line` and `column` count from 1, columns in characters.

    `suggestion` is what to write in the place that the position points at, or None.
    """

    code: str
    line: int
    column: int
    message: str
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand for themselves: `source` as written, `text` with `{{` and `}}` undone."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """One function of a tag with its arguments, escapes undone."""

    function: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A tag that shows a field: `name` is `data.first_name`, `offset` where that name stands in the text."""

    source: str
    name: str
    offset: int
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A tag that cannot be used; a preview shows it between ⟦ and ⟧.

    `name` and `offset` are those of the field it was to show, where at least that could be read.
    """

    source: str
    name: str = ""
    offset: int = 0


Node = Text | Field | Broken


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording as it was read: its nodes in order, and what is wrong whatever the data look like."""

    text: str
    nodes: tuple[Node, ...]
    errors: tuple[MergeError, ...]

    def __str__(self) -> str:
        """Print the nodes; equal to `text`."""
        return "".join(node.source for node in self.nodes)


def line_starts(text: str) -> list[int]:
    """List where each line begins, from 0; CR, LF and CR LF each end a line."""
    return [0, *(found.end() for found in _LINE_BREAK.finditer(text))]


def position(starts: Sequence[int], offset: int) -> tuple[int, int]:
    """Return line and column, both from 1, of a place in the text whose lines start there."""
    line = bisect_right(starts, offset)
    return line, offset - starts[line - 1] + 1
