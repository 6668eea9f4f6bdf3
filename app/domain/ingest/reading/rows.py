"""The rows file: every cell as text with its row number, written once, columnar (Parquet)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from .shapes import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Unreadable

CELL_END = "\x1f"
LINE_BREAK = "\x1e"  # stands for a line break inside a cell until DuckDB writes the rows file
ESCAPES = str.maketrans({"\r": LINE_BREAK, "\n": LINE_BREAK, LINE_BREAK: " ", CELL_END: " ", "\0": ""})
BATCH = 1_000
REPORT_EVERY = 20_000
LONGEST_LINE = 1_900_000  # DuckDB's reader takes lines of 2,000,000 bytes
# Row groups are small, so that looking up one row reads little, and smaller yet in wide tables.
MOST_ROW_GROUP, CELLS_IN_ROW_GROUP = 20_480, 400_000

Record = tuple[int, list[str]]


class RowsWriter:
    """Collects the data rows of a table and turns them into the rows file; counts what it saw."""

    def __init__(self, width: int, work: Path, progress: Callable[[int], None]) -> None:
        """Take the header's width; rows that are shorter are padded, longer ones widen the table."""
        self.named = width
        self.width = width
        self.rows = self.short = self.long = 0
        self._work = work
        self._progress = progress
        self._line_breaks = False
        self._refuse_too_wide("The table")

    def write(self, records: Iterator[Record], rows_file: Path) -> None:
        """Write all records; rows without a value are left out, their numbers stay used.

        Where there is no record at all, there is no file.
        """
        with (self._work / "cells").open("w", encoding="utf-8", errors="replace", newline="") as out:
            batch: list[Record] = []
            for number, cells in records:
                if len(cells) != self.named:
                    self._fit(cells)
                if not any(map(str.strip, cells)):
                    continue
                if len(cells) != self.named:
                    self._count_ragged(cells, number)
                batch.append((number, cells))
                if len(batch) == BATCH:
                    out.write(self._lines(batch))
                    batch = []
            out.write(self._lines(batch))
        if self.rows:
            self._convert(rows_file)

    def _fit(self, cells: list[str]) -> None:
        while len(cells) > self.named and not cells[-1].strip():
            cells.pop()

    def _count_ragged(self, cells: list[str], number: int) -> None:
        if len(cells) < self.named:
            self.short += 1
            return
        self.long += 1
        self.width = max(self.width, len(cells))
        self._refuse_too_wide(f"Row {number}")

    def _refuse_too_wide(self, what: str) -> None:
        if self.width > MAX_COLUMNS:
            raise Unreadable(
                f"{what} has {self.width:,} columns; {MAX_COLUMNS} is the most. "
                "Remove the columns that are not needed, or check the delimiter."
            )

    def _lines(self, batch: list[Record]) -> str:
        """Return one line a record, having made sure that no cell breaks out of its line or column."""
        self.rows += len(batch)
        if self.rows % REPORT_EVERY == 0:
            self._progress(self.rows)
        if self.rows > MAX_ROWS:
            raise Unreadable(
                f"The file has more than {MAX_ROWS:,} rows, the most for one import. Split it into parts."
            )
        text = _joined(batch)
        ends = sum(len(cells) for _, cells in batch)
        plain = text.count("\n") == len(batch) and text.count(CELL_END) == ends
        if not plain or "\r" in text or "\0" in text or LINE_BREAK in text:
            text = _joined([(number, [_escaped(cell) for cell in cells]) for number, cells in batch])
            self._line_breaks = True
        if len(text) > MAX_CELL:
            _refuse_long_cells(batch)
        return text

    def _convert(self, rows_file: Path) -> None:
        names = [f"c{column}" for column in range(self.width)]
        kinds = ", ".join(["'row': 'BIGINT'", *(f"'{name}': 'VARCHAR'" for name in names)])
        chosen = ", ".join(
            f"replace({name}, chr(30), chr(10)) AS {name}" if self._line_breaks else name for name in names
        )
        half = self._work / "rows.parquet"
        rows = max(2_048, min(MOST_ROW_GROUP, CELLS_IN_ROW_GROUP // max(1, self.width)))
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": "288MB",
            # With one thread the rows stay in order anyway, and this spares a copy of all that is in flight.
            "preserve_insertion_order": False,
            "temp_directory": str(self._work / "spill"),
        }
        with duckdb.connect(config=settings) as engine:
            engine.execute(
                f"COPY (SELECT row, {chosen} FROM read_csv({_literal(self._work / 'cells')}, "
                f"columns = {{{kinds}}}, delim = chr(31), quote = '', escape = '', header = false, "
                "auto_detect = false, null_padding = true, parallel = false, nullstr = '', "
                "buffer_size = 8000000, max_line_size = 2000000)) "
                f"TO {_literal(half)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows})"
            )
        half.replace(rows_file)


def _joined(batch: list[Record]) -> str:
    return "".join([f"{number}{CELL_END}{CELL_END.join(cells)}\n" for number, cells in batch])


def _escaped(cell: str) -> str:
    return cell.replace("\r\n", "\n").translate(ESCAPES)


def _refuse_long_cells(batch: list[Record]) -> None:
    for number, cells in batch:
        lengths = [len(cell) for cell in cells]
        if max(lengths) > MAX_CELL or sum(lengths) * 4 > LONGEST_LINE:
            raise Unreadable(
                f"Row {number} has a cell of more than {MAX_CELL:,} characters, or too many long ones. "
                "Shorten them, and try again."
            )


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
