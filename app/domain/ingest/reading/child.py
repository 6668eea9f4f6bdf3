"""The child process: one job as JSON on standard input, one answer as JSON in the work folder.

Run by `app.domain.ingest.read` and by nothing else; whatever goes wrong in here, a crash of a library
included, can only end this process.
"""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb

from . import headers, kinds, limits
from .rows import Record, RowsWriter
from .shapes import PREVIEW_ROWS, Choices, RawRow, Reading, Table, Unreadable

LEAD_ROWS = 120
PREVIEW_CELL = 200
OUT_OF_MEMORY = (
    "The file needs more memory than one file may have. Delete unused sheets, rows and columns, "
    "or save it as .csv."
)


def main() -> int:
    """Read the job, do it under limits, write the answer; 0 means that an answer was written."""
    job = json.load(sys.stdin)
    work = Path(job["work"])
    try:
        source = Path(job["source"])
        limits.apply(source.stat().st_size)
        reading = read(source, job["filename"], Path(job["rows_file"]), Choices(**job["choices"]), work)
        answer: dict[str, Any] = {"reading": reading.to_json()}
    except Unreadable as problem:
        answer = {"refused": str(problem)}
    except (MemoryError, duckdb.OutOfMemoryException):
        answer = {"refused": OUT_OF_MEMORY}
    except BaseException as problem:  # a panic of a Rust library is no Exception
        answer = {"refused": kinds.DAMAGED, "cause": f"{type(problem).__name__}: {problem}"[:500]}
    (work / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    return 0


def read(source: Path, filename: str, rows_file: Path, choices: Choices, work: Path) -> Reading:
    """Read `source` into `rows_file` and return what was read; raise Unreadable with a sentence."""
    kind, warnings = kinds.recognise(source, filename)
    # A workbook's libraries are never loaded for a text file, nor the other way round.
    room = import_module(".workbooks" if kind in kinds.WORKBOOKS else ".texts", __package__)
    table: Table = room.open_table(source, kind, choices)
    lead = [RawRow(number, cells) for number, cells in islice(table.records, LEAD_ROWS)]
    header_row, header = _header(lead, choices.header_row)
    writer = RowsWriter(len(header), work, _reporter(work))
    writer.write(_below(header_row, lead, table.records), rows_file)
    if writer.rows == 0:
        raise Unreadable(_nothing_below(lead, header_row))
    return Reading(
        format=table.format,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        sheets=table.sheets,
        header_row=header_row,
        columns=headers.column_names(header, writer.width),
        rows=writer.rows,
        warnings=[*warnings, *table.warnings, *_ragged(writer, table)],
        preview=[RawRow(raw.row, [cell[:PREVIEW_CELL] for cell in raw.cells]) for raw in lead[:PREVIEW_ROWS]],
    )


def _header(lead: list[RawRow], chosen: int | None) -> tuple[int, list[str]]:
    number = headers.header_row_of(lead) if chosen is None else chosen
    if number == 0:
        widths = [len(_trimmed(raw.cells)) for raw in lead]
        return 0, [""] * max(widths, default=0)
    for raw in lead:
        if raw.row == number:
            return number, _trimmed(raw.cells)
    raise Unreadable(f"Row {number} cannot be the header: it is not among the first {LEAD_ROWS} rows.")


def _trimmed(cells: list[str]) -> list[str]:
    length = len(cells)
    while length and not cells[length - 1].strip():
        length -= 1
    return cells[:length]


def _below(header_row: int, lead: list[RawRow], rest: Iterator[Record]) -> Iterator[Record]:
    """Yield the records after the header, those already peeked at first."""
    peeked = ((raw.row, list(raw.cells)) for raw in lead if raw.row > header_row)
    return chain(peeked, rest)


def _nothing_below(lead: list[RawRow], header_row: int) -> str:
    if any(any(cell.strip() for cell in raw.cells) for raw in lead):
        return f"The file has a header in row {header_row}, but no rows below it: nobody to reach."
    return "The file has no text in any cell. Check that it is the right file, and that its export finished."


def _ragged(writer: RowsWriter, table: Table) -> list[str]:
    warnings = []
    if writer.short and table.delimiter is not None:
        rows = "1 row has" if writer.short == 1 else f"{writer.short:,} rows have"
        warnings.append(f"{rows} fewer cells than the header; those missing are empty.")
    if writer.long:
        rows = "1 row has" if writer.long == 1 else f"{writer.long:,} rows have"
        warnings.append(f"{rows} more cells than the header; the surplus is in columns without a name.")
    return warnings


def _reporter(work: Path) -> Callable[[int], None]:
    """Return a function that leaves the number of rows where the parent looks for it."""
    place = work / "progress"

    def report(rows: int) -> None:
        place.write_text(str(rows), encoding="ascii")

    return report


if __name__ == "__main__":
    sys.exit(main())
