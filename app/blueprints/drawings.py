"""What component macros need and Jinja cannot say: which words changed, and the lines of a small chart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from flask import Flask

WORDS: Final = re.compile(r"\s+|\w+|[^\w\s]")
# Comparing takes the square of the length; a longer text than this is shown as replaced.
MOST_WORDS: Final = 3000
LEAST_ALIKE: Final = 0.4
WIDTH: Final = 100
HEIGHT: Final = 28
MARGIN: Final = 3


@dataclass(frozen=True, slots=True)
class WordDiff:
    """Both sides as pieces in order, (changed, text); joined, a side's texts are the text it had."""

    before: Sequence[tuple[bool, str]]
    after: Sequence[tuple[bool, str]]


@dataclass(frozen=True, slots=True)
class Spark:
    """SVG path data in a field of WIDTH × HEIGHT: a line and an area for each run of values, and dots."""

    lines: Sequence[str]
    areas: Sequence[str]
    dots: Sequence[str]


def attend(app: Flask) -> None:
    """Give the component macros these two."""
    app.jinja_env.globals.update(word_diff=word_diff, spark=spark)


def word_diff(old: str, new: str) -> WordDiff:
    """Compare two texts word by word; where hardly a word stayed, each side is one changed piece."""
    left, right = WORDS.findall(old), WORDS.findall(new)
    replaced = WordDiff([(True, old)], [(True, new)])
    if len(left) + len(right) > MOST_WORDS:
        return replaced
    compared = SequenceMatcher(None, left, right, autojunk=False)
    if compared.ratio() < LEAST_ALIKE:
        return replaced
    steps = compared.get_opcodes()
    return WordDiff(
        _joined((kind != "equal", "".join(left[begin:end])) for kind, begin, end, _, _ in steps),
        _joined((kind != "equal", "".join(right[begin:end])) for kind, _, _, begin, end in steps),
    )


def spark(values: Sequence[float | None]) -> Spark:
    """Draw values from left to right between their least and their greatest; None is a gap."""
    points = [_point(index, values) for index in range(len(values))]
    runs = [[point for point in run if point] for known, run in groupby(points, key=bool) if known]
    lines = ["M" + " L".join(f"{x} {y}" for x, y in run) for run in runs if len(run) > 1]
    areas = [
        f"{line} L{run[-1][0]} {HEIGHT} L{run[0][0]} {HEIGHT} Z"
        for line, run in zip(lines, (run for run in runs if len(run) > 1), strict=True)
    ]
    return Spark(lines, areas, [f"M{x} {y}h0" for x, y in _dots(runs)])


def _joined(pieces: Iterable[tuple[bool, str]]) -> list[tuple[bool, str]]:
    """Take a space between two changed words for changed as well, so that a phrase is marked as one."""
    given = [piece for piece in pieces if piece[1]]
    last = len(given) - 1
    told = [
        (changed or (0 < at < last and words.isspace() and given[at - 1][0] and given[at + 1][0]), words)
        for at, (changed, words) in enumerate(given)
    ]
    return [
        (changed, "".join(words for _, words in run)) for changed, run in groupby(told, lambda one: one[0])
    ]


def _point(index: int, values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    value = values[index]
    if value is None:
        return None
    low, high = min(known), max(known)
    across = index / (len(values) - 1) if len(values) > 1 else 0.5
    up = (value - low) / (high - low) if high > low else 0.5
    return (
        round(across * WIDTH, 2),
        round(HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN), 2),
    )


def _dots(runs: Sequence[Sequence[tuple[float, float]]]) -> Iterator[tuple[float, float]]:
    """A value alone between gaps has no line and would not be seen; the last of all is what one looks for."""
    for run in runs:
        if len(run) == 1 or run is runs[-1]:
            yield run[-1]
