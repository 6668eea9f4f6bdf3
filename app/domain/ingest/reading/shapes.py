"""The shapes that the reader and the rest of the product exchange, and the limits of a file."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

MAX_BYTES = 256 * 1024 * 1024
MAX_ROWS = 2_000_000
MAX_COLUMNS = 200
# Excel's own limit for one cell; a longer one is nearly always a quotation mark that was never closed.
MAX_CELL = 32_767
PREVIEW_ROWS = 12


class Unreadable(Exception):  # noqa: N818  (it is an answer to the person, not a fault of the program)
    """The file cannot be read; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Choices:
    """What a person decided about reading; None leaves it to the reader, `header_row` 0 means none."""

    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook; `rows` is None where counting them would mean reading them all."""

    name: str
    visible: bool
    rows: int | None


@dataclass(frozen=True)
class RawRow:
    """One row as the file has it, with the row number a spreadsheet shows."""

    row: int
    cells: list[str]


@dataclass(frozen=True)
class Reading:
    """What was read and how: the facts of step 2 of the wizard.

    `header_row` counts from 1 and is 0 where the file has no header; `rows` are data rows in the rows
    file; `preview` holds the first rows before any header was chosen, so another can be picked.
    """

    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: list[Sheet]
    header_row: int
    columns: list[str]
    rows: int
    warnings: list[str] = field(default_factory=list)
    preview: list[RawRow] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return plain lists and dictionaries, as stored with the packet."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Reading":
        """Return the reading that `to_json` stored."""
        parts = dict(stored)
        parts["sheets"] = [Sheet(**sheet) for sheet in stored["sheets"]]
        parts["preview"] = [RawRow(**row) for row in stored["preview"]]
        return cls(**parts)


@dataclass(frozen=True)
class Table:
    """An opened sheet or text file: its facts, and its records with the file's own row numbers.

    `warnings` may still grow while `records` is read to its end.
    """

    format: str
    records: Iterator[tuple[int, list[str]]]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: list[Sheet] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
