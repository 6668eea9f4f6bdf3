"""What the values of a column look like: its kind, with the share of values that fit it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from app.domain.ingest.engine import literal
from app.domain.ingest.places import STATE_CODES, STATES

SAMPLE_ROWS = 2_000
COLUMNS_AT_ONCE = 50
FITS = 0.8

PHONE = re.compile(
    r"(?:\+?1[\s.-]?)?\(?[2-9]\d{2}\)?[\s.-]*[2-9]\d{2}[\s.-]*\d{4}(?:\s*(?:x|ext\.?)\s*\d+)?", re.IGNORECASE
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}.*)?"
    r"|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?"
    r"|(?:\d{1,2} )?[A-Za-z]{3,9}\.? (?:\d{1,2},? )?\d{4}"
)
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?", re.IGNORECASE)
ZIP = re.compile(r"\d{5}(?:-\d{4})?|\d{4}")
NAME = re.compile(r"[^\W\d_][^\d@/]{0,40}")
NUMBER = re.compile(r"[-+]?[$€£]?\d[\d,]*(?:\.\d+)?%?")
WEB = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Profile:
    """A column's detected `kind` ("" where nothing fits), the `share` that fits, and what it holds."""

    kind: str
    share: float
    filled: float
    distinct: int
    samples: tuple[str, ...]
    values: int
    shares: dict[str, float]


def profiles_of(rows_file: Path, width: int) -> list[Profile]:
    """Return one profile per column of the rows file, from its first rows and its fill rate over all."""
    with duckdb.connect(config={"threads": 1, "memory_limit": "128MB"}) as engine:
        return [
            profile
            for start in range(0, width, COLUMNS_AT_ONCE)
            for profile in _some_profiles(
                engine, rows_file, range(start, min(width, start + COLUMNS_AT_ONCE))
            )
        ]


def _some_profiles(engine: duckdb.DuckDBPyConnection, rows_file: Path, columns: range) -> list[Profile]:
    names = [f"c{column}" for column in columns]
    source = f"read_parquet({literal(rows_file)})"
    counts = ", ".join(f"count({name})" for name in names)
    total, *filled = engine.execute(f"SELECT count(*), {counts} FROM {source}").fetchone() or (0,)
    sample = engine.execute(f"SELECT {', '.join(names)} FROM {source} LIMIT {SAMPLE_ROWS}").fetchall()
    return [
        _profile([value.strip() for value in values if value and value.strip()], count / max(1, total))
        for values, count in zip(zip(*sample, strict=True), filled, strict=False)
    ]


def _profile(values: Sequence[str], filled: float) -> Profile:
    distinct = list(dict.fromkeys(values))
    shares = {
        kind: sum(map(fits, distinct)) / len(distinct) if distinct else 0.0 for kind, fits in TESTS.items()
    }
    kind = next((kind for kind in TESTS if shares[kind] >= FITS), "")
    return Profile(
        kind=kind,
        share=shares.get(kind, 0.0),
        filled=filled,
        distinct=len(distinct),
        samples=tuple(distinct[:3]),
        values=len(values),
        shares=shares,
    )


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _is_state(value: str) -> bool:
    return value.upper() in STATE_CODES or value.casefold() in STATES


# The narrowest kind first: the first that fits nearly all values is the column's kind.
TESTS: dict[str, Callable[[str], bool]] = {
    "e-mail": _whole(EMAIL),
    "phone": _whole(PHONE),
    "date": _whole(DATE),
    "time": _whole(TIME),
    "web address": _whole(WEB),
    "state": _is_state,
    "zip": _whole(ZIP),
    "number": _whole(NUMBER),
    "name": _whole(NAME),
}
