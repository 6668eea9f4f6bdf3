"""Looking into a packet's rows and ledger: single rows, problems, a download."""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from app.domain.ingest.engine import lent_engine, literal
from app.domain.ingest.reading.shapes import Reading
from app.errors import NotFound

PAGE = 50
MOST = 200
BATCH = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Excel runs a cell that begins with one of these as a formula (ASVS 1.2.10); our read takes the ' off again.
FORMULA = r"^[=+\-@\t\r\x00]"
EXCEL_MARK = b"\xef\xbb\xbf"  # without it Excel reads UTF-8 as Windows text
NAMES = (
    "row", "fate", "reason", "column_name", "value", "warnings", "record_key", "duplicate_of", "customer_id",
    "phone", "email", "time_zone", "time_zone_origin", "event_at", "data",
)  # fmt: skip
COLUMNS = ", ".join(NAMES).replace("event_at", "epoch_us(event_at)")


@dataclass(frozen=True)
class LedgerRow:
    """One row of the ledger; `data` holds what a wording's `{data.…}` sees."""

    row: int
    fate: str
    reason: str | None
    column_name: str | None
    value: str | None
    warnings: list[str]
    record_key: str
    duplicate_of: int | None
    customer_id: int | None
    phone: str | None
    email: str | None
    time_zone: str
    time_zone_origin: str
    event_at: datetime | None
    data: dict[str, Any]


def row_values(ledger_file: Path, row: int) -> LedgerRow:
    """Return one row by the file's own row number; raise NotFound where the file has no such row."""
    found = _rows(ledger_file, "WHERE row = $row", {"row": row})
    if not found:
        raise NotFound(f"The file has no row {row} with data.")
    return found[0]


def row_to_json(row: LedgerRow) -> dict[str, Any]:
    """Return plain values, the event's moment in microseconds."""
    moment = None if row.event_at is None else (row.event_at - EPOCH) // timedelta(microseconds=1)
    return asdict(row) | {"event_at": moment}


def row_from_json(stored: Mapping[str, Any]) -> LedgerRow:
    """Return the row that `row_to_json` stored."""
    moment = stored["event_at"]
    event_at = None if moment is None else EPOCH + timedelta(microseconds=moment)
    return LedgerRow(**{**stored, "event_at": event_at})


def problems(
    ledger_file: Path, after_row: int = 0, limit: int = PAGE, *, warnings: bool = False
) -> list[LedgerRow]:
    """Return the next rows that became no record (with `warnings`, also records that lost a cell), by row."""
    test = "(fate <> 'record' OR len(warnings) > 0)" if warnings else "fate <> 'record'"
    narrow = f"SELECT row FROM ledger WHERE row > $after AND {test} ORDER BY row LIMIT $most"
    return _rows(ledger_file, f"WHERE row IN ({narrow})", {"after": after_row, "most": min(limit, MOST)})


def raw_rows(rows_file: Path, width: int) -> Iterator[tuple[int, list[str]]]:
    """Yield every row of a rows file with its number and its cells as texts, in order, a batch at a time."""
    names = "".join(f", coalesce(c{column}, '')" for column in range(width))
    with _reader() as engine:
        engine.execute(f"SELECT row{names} FROM read_parquet({literal(rows_file)}) ORDER BY row")
        while batch := engine.fetchmany(BATCH):
            for number, *cells in batch:
                yield number, cells


def write_problem_rows(rows_file: Path, ledger_file: Path, reading: Reading, out: Path) -> int:
    """Write the rows that became no record as CSV, as the client wrote them, and return how many.

    Adds `_row` and `_problem` in front. Safe to open in a spreadsheet: a cell that would run as a
    formula has an apostrophe before it, which reading the file again takes off.
    """
    cells = ", ".join(
        f"{_inert(f'r.c{column}')} AS {_name(header)}"
        for column, header in enumerate(_distinct(reading.columns))
    )
    half = out.with_name(f"{out.name}.half")
    with _reader() as engine:
        count = engine.execute(
            f"COPY (SELECT l.row AS _row, {_inert('l.reason')} AS _problem, {cells} "
            f"FROM read_parquet({literal(ledger_file)}) l "
            f"JOIN read_parquet({literal(rows_file)}) r USING (row) "
            f"WHERE l.fate <> 'record' ORDER BY l.row) TO {literal(half)} "
            "(FORMAT csv, HEADER, FORCE_QUOTE *)"
        ).fetchone()
    with half.open("rb") as source, out.open("wb") as target:
        target.write(EXCEL_MARK)
        shutil.copyfileobj(source, target)
    half.unlink()
    return int(count[0]) if count else 0


def _inert(text: str) -> str:
    return f"CASE WHEN regexp_matches({text}, '{FORMULA}') THEN '''' || {text} ELSE {text} END"


def _name(header: str) -> str:
    safe = f"'{header}" if header[:1] in "=+-@\t\r\0" else header
    return '"' + safe.replace('"', '""') + '"'


def _distinct(columns: list[str]) -> list[str]:
    """A file that was already a download of ours has our two columns; they are told apart by a number."""
    return [f"{name} (2)" if name in ("_row", "_problem") else name for name in columns]


def _rows(ledger_file: Path, where: str, values: dict[str, Any]) -> list[LedgerRow]:
    ledger = f"WITH ledger AS NOT MATERIALIZED (SELECT * FROM read_parquet({literal(ledger_file)}))"
    with lent_engine() as engine:
        found = engine.execute(f"{ledger} SELECT {COLUMNS} FROM ledger {where} ORDER BY row", values)
        return [_row(one) for one in found.fetchall()]


def _row(found: tuple[Any, ...]) -> LedgerRow:
    named = dict(zip(NAMES, found, strict=True))
    return row_from_json(named | {"data": json.loads(named["data"])})


@contextmanager
def _reader() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2, "memory_limit": "160MB"}) as engine:
        yield engine
