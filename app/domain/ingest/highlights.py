"""What a preview shows of all rows at once: those worth a look, and how many segments their texts have.

Looking at all rows takes a while, so what was found is kept beside the ledger: the page is a look-up.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from app.domain.ingest import ledger
from app.domain.ingest.engine import lent_engine, literal
from app.domain.ingest.kept import kept, kept_file
from app.domain.merge.compile import compile_wording
from app.domain.merge.outgoing import message_text
from app.domain.merge.segments import count_segments

COUNTED_EXACTLY: Final = 5_000
NEAR: Final = 5_000
AT_RANDOM: Final = 100
# What a wording sees beside the record, by the number of the record's customer; None for no customer.
Parts = Mapping[int | None, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Look:
    """One row, and the numbers of those before and after it, None at an end."""

    row: ledger.LedgerRow
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Highlights:
    """Rows worth a look, by their numbers: `problems` with their words, `some` records picked by chance.

    `looks` are those of the rows that are named, but for `some`; `last` is the ledger's last row.
    """

    first: int | None
    problems: list[tuple[str, int]]
    warned: int | None
    some: list[int]
    last: int
    looks: dict[int, Look]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many texts have how many segments; over `counted` records, and `exact` where those are all."""

    bars: list[tuple[int, int]] = field(default_factory=list)
    counted: int = 0
    exact: bool = True
    longest_row: int | None = None


def highlights(ledger_file: Path) -> Highlights:
    """Return the rows of a ledger that are worth a look."""
    found = kept(ledger_file, "highlights", ["rows"], lambda _: {"rows": _find(ledger_file)})["rows"]
    return Highlights(
        found["first"],
        [(problem, row) for problem, row in found["problems"]],
        found["warned"],
        found["some"],
        found["last"],
        {int(row): _look_from_json(stored) for row, stored in found["looks"].items()},
    )


def look_at(ledger_file: Path, row: int | None) -> Look:
    """Return the row of that number, or the nearest after it, the last where none is; without one, the first.

    Raises NotFound where the ledger has no row.
    """
    known = highlights(ledger_file)
    if row in known.looks:
        return known.looks[row]
    found = ask(ledger_file, "SELECT min(row) FROM {} WHERE row >= $1", row or 0)[0][0]
    return _look(ledger_file, known.last if found is None else found)


def histogram(ledger_file: Path, wording: str, parts: Parts) -> Histogram:
    """Count the segments of a wording's texts, of all records or, of very many, of an even sample."""
    everything = orjson.dumps([wording, list(parts.items())])
    name = hashlib.sha256(everything).hexdigest()

    def work_out(_missing: list[str]) -> dict[str, Any]:
        return {name: asdict(_counted(ledger_file, wording, parts))}

    stored = kept(ledger_file, "segments", [name], work_out)[name]
    return Histogram(**{**stored, "bars": [(segments, texts) for segments, texts in stored["bars"]]})


def values_of(data: Mapping[str, Any], customer_id: int | None, parts: Parts) -> dict[str, Any]:
    """Return what a wording sees of one record."""
    return {"data": data, **parts.get(customer_id, parts[None])}


def customers_in(ledger_file: Path) -> set[int]:
    """Return the numbers of the customers that rows to be imported belong to."""
    query = "SELECT DISTINCT customer_id FROM {} WHERE fate = 'record' AND customer_id IS NOT NULL"
    return {number for (number,) in ask(ledger_file, query)}


def ask(file: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask a Parquet file, which stands for `{}` in the query."""
    with lent_engine() as engine:
        return engine.execute(query.format(f"read_parquet({literal(file)})"), list(values)).fetchall()


def _find(ledger_file: Path) -> dict[str, Any]:
    ends = ask(ledger_file, "SELECT min(row) FILTER (fate = 'record'), max(row) FROM {}")[0]
    problems = ask(
        ledger_file,
        "SELECT problem, min(row) FROM {} WHERE problem IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1",
    )
    warned = ask(ledger_file, "SELECT min(row) FROM {} WHERE fate = 'record' AND len(warnings) > 0")[0][0]
    # Hashing the number picks rows without asking chance twice: the same ledger names the same ones.
    chance = f"SELECT row FROM {{}} WHERE fate = 'record' ORDER BY hash(row) LIMIT {AT_RANDOM}"
    named = {ends[0], warned, *(row for _, row in problems)} - {None}
    return {
        "first": ends[0],
        "problems": problems,
        "warned": warned,
        "some": [row for (row,) in ask(ledger_file, chance)],
        "last": ends[1],
        "looks": {str(row): _look_to_json(_look(ledger_file, row)) for row in sorted(named)},
    }


def _look(ledger_file: Path, row: int) -> Look:
    found = ledger.row_values(ledger_file, row)
    before, after = ask(
        ledger_file,
        "SELECT max(row) FILTER (row < $1), min(row) FILTER (row > $1) FROM {} "
        f"WHERE row BETWEEN $1 - {NEAR} AND $1 + {NEAR}",
        found.row,
    )[0]
    return Look(found, before, after)


def _look_to_json(look: Look) -> list[Any]:
    return [ledger.row_to_json(look.row), look.before, look.after]


def _look_from_json(stored: list[Any]) -> Look:
    return Look(ledger.row_from_json(stored[0]), stored[1], stored[2])


def _counted(ledger_file: Path, wording: str, parts: Parts) -> Histogram:
    render, lengths = compile_wording(wording), {}
    rows = ask(kept_file(ledger_file, "texts.parquet", _sampled(ledger_file)), "SELECT * FROM {}")
    for row, customer_id, data in rows[:COUNTED_EXACTLY]:
        text = message_text(render(values_of(orjson.loads(data), customer_id, parts)))
        counted = count_segments(text)
        lengths[row] = (counted.segments, counted.units)
    longest = max(lengths, key=lambda row: (lengths[row], -row), default=None)
    bars = sorted(Counter(segments for segments, _ in lengths.values()).items())
    return Histogram(bars, len(lengths), len(rows) <= COUNTED_EXACTLY, longest)


def _sampled(ledger_file: Path) -> Callable[[Path], None]:
    """Return what writes the records that are counted; one too many tells that there are more."""

    def write(place: Path) -> None:
        ask(
            ledger_file,
            "COPY (SELECT * FROM (SELECT row, customer_id, data FROM {} "
            "WHERE fate = 'record' AND phone IS NOT NULL) "
            f"USING SAMPLE reservoir({COUNTED_EXACTLY + 1} ROWS) REPEATABLE (1)) "
            f"TO {literal(place)} (FORMAT parquet)",
        )

    return write
