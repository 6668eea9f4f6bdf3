"""Workbooks as tables: xlsx, xlsb, xls and ods through calamine, very large xlsx streamed by openpyxl."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .kinds import DAMAGED, ENCRYPTED
from .shapes import Choices, Sheet, Table, Unreadable

# calamine holds the whole sheet: 200,000 rows of 12 columns declare about this much.
STREAM_ABOVE = 160 * 1024 * 1024
CELL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}


def open_table(source: Path, kind: str, choices: Choices) -> Table:
    """Return the chosen sheet, or the visible one with the most rows; hidden sheets are listed too."""
    if kind in ("xlsx", "xlsm") and _declared(source) > STREAM_ABOVE:
        return import_module(".streamed", __package__).open_table(source, kind, choices)  # type: ignore[no-any-return]
    try:
        return _opened(source, kind, choices)
    except PasswordError as problem:
        raise Unreadable(ENCRYPTED) from problem
    except CalamineError as problem:
        raise Unreadable(ENCRYPTED if "password" in str(problem).lower() else DAMAGED) from problem


def _opened(source: Path, kind: str, choices: Choices) -> Table:
    workbook = CalamineWorkbook.from_path(str(source))
    kinds = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    sheets = [
        Sheet(
            name=meta.name,
            visible=meta.visible == SheetVisibleEnum.Visible,
            rows=_rows_of(workbook.get_sheet_by_name(meta.name)),
        )
        for meta in kinds
    ]
    name = chosen_sheet(sheets, choices.sheet)
    warnings: list[str] = []
    sheet = workbook.get_sheet_by_name(name)
    offset = sheet.start[1] if sheet.start else 0
    records = texts_of(sheet.iter_rows(), offset=offset, warnings=warnings)
    return Table(format=kind, sheet=name, sheets=sheets, warnings=warnings, records=records)


def _rows_of(sheet: CalamineSheet) -> int:
    return sheet.end[0] + 1 if sheet.end else 0


def chosen_sheet(sheets: list[Sheet], wanted: str | None) -> str:
    """Return the wanted sheet's name, or that of the visible sheet with the most rows."""
    if not sheets:
        raise Unreadable("The workbook has no sheet with cells.")
    if wanted is not None:
        if wanted not in {sheet.name for sheet in sheets}:
            offered = ", ".join(f"“{sheet.name}”" for sheet in sheets)
            raise Unreadable(f"There is no sheet “{wanted}”. The workbook has {offered}.")
        return wanted
    return max(sheets, key=lambda sheet: (sheet.visible, sheet.rows or 0)).name


def texts_of(
    rows: Iterable[Iterable[Any]], *, offset: int, warnings: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's number and its cells as text; cells with a formula error are empty and counted."""
    errors = 0
    indent = [""] * offset
    for number, row in enumerate(rows, start=1):
        cells = [value if type(value) is str else text_of(value) for value in row]
        for at, cell in enumerate(cells):
            if cell[:1] == "#" and cell in CELL_ERRORS:
                cells[at] = ""
                errors += 1
        yield number, indent + cells if indent else cells
    if errors:
        warnings.append(f"{errors:,} cells hold a formula error such as #N/A; they were read as empty.")


def text_of(value: Any) -> str:
    """Return a cell's value as a person would type it: 2134.0 is 2134, dates and times are ISO."""
    write = WRITERS.get(type(value))
    return write(value) if write else str(value)


def _moment(value: datetime) -> str:
    """Excel counts in fractions of days, so 09:30 may come as 09:29:59.999999."""
    whole = (value + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None)
    return whole.date().isoformat() if whole.time() == time() else whole.isoformat(sep=" ")


def _duration(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number(value: float) -> str:
    if value.is_integer():
        return f"{value:.0f}"
    # Excel shows 15 significant digits; a longer tail is the noise of binary fractions.
    short = f"{value:.15g}"
    return f"{Decimal(short):f}" if "e" in short else short


WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "TRUE" if value else "FALSE",
    float: _number,
    datetime: _moment,
    date: date.isoformat,
    time: lambda value: value.replace(microsecond=0).isoformat(),
    timedelta: _duration,
}


def _declared(source: Path) -> int:
    with zipfile.ZipFile(source) as archive:
        return sum(
            entry.file_size
            for entry in archive.infolist()
            if entry.filename.startswith("xl/worksheets/") or entry.filename == "xl/sharedStrings.xml"
        )
