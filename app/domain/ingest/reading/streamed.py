"""Very large xlsx files, row by row through openpyxl, in memory that does not grow with the sheet."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from .kinds import DAMAGED
from .shapes import Choices, Sheet, Table, Unreadable
from .workbooks import chosen_sheet, texts_of


def open_table(source: Path, kind: str, choices: Choices) -> Table:
    """Return the chosen sheet's table; the sheets' row counts are what the workbook declares."""
    try:
        workbook = openpyxl.load_workbook(source, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as problem:
        raise Unreadable(DAMAGED) from problem
    sheets = [
        Sheet(name=sheet.title, visible=sheet.sheet_state == "visible", rows=sheet.max_row)
        for sheet in workbook.worksheets
    ]
    name = chosen_sheet(sheets, choices.sheet)
    warnings: list[str] = []
    return Table(
        format=kind,
        sheet=name,
        sheets=sheets,
        warnings=warnings,
        records=_records(workbook, name, warnings),
    )


def _records(workbook: openpyxl.Workbook, name: str, warnings: list[str]) -> Iterator[tuple[int, list[str]]]:
    sheet = workbook[name]
    # The declared dimensions may lie: a file of 4.7 KB can claim 1,048,576 rows of 16,384 columns.
    sheet.reset_dimensions()
    yield from texts_of(sheet.iter_rows(values_only=True), offset=0, warnings=warnings)
