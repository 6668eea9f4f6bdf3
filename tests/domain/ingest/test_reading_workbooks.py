"""Workbooks: cells as a person would type them, sheets, and very large sheets."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from app.domain.ingest.ledger import raw_rows
from app.domain.ingest.reading import workbooks
from app.domain.ingest.reading.shapes import Choices
from app.errors import Rejected
from tests.domain.ingest.spreadsheets import csv_bytes, ods_bytes, read, xlsx_bytes

HEADER: list[object] = ["Name", "ZIP", "When", "Time", "Member", "Share"]


def test_cells_are_written_as_a_person_would_type_them(tmp_path: Path) -> None:
    row: list[object] = ["José", 2134, datetime(2026, 3, 4, 9, 30), time(9, 5), True, 0.1]  # noqa: DTZ001
    other: list[object] = ["Ann", 20155501234567.0, date(2026, 3, 4), None, False, 12.50]
    _, rows = read(tmp_path, xlsx_bytes({"People": [HEADER, row, other]}), "people.xlsx")
    assert rows == [
        ["José", "2134", "2026-03-04 09:30:00", "09:05:00", "TRUE", "0.1"],
        ["Ann", "20155501234567", "2026-03-04", "", "FALSE", "12.5"],
    ]


def test_the_visible_sheet_with_most_rows_is_read_and_hidden_ones_are_shown(tmp_path: Path) -> None:
    small: list[list[object]] = [["Name", "Phone"], ["Ann", "2015550123"]]
    book = xlsx_bytes({"Cover": [["Hello"]], "People": small, "Old": small * 5}, hidden=["Old"])
    reading, rows = read(tmp_path, book, "people.xlsx")
    assert reading.sheet == "People"
    assert [(sheet.name, sheet.visible, sheet.rows) for sheet in reading.sheets] == [
        ("Cover", True, 1),
        ("People", True, 2),
        ("Old", False, 10),
    ]
    assert rows == [["Ann", "2015550123"]]


def test_a_person_can_choose_a_sheet_but_not_one_that_is_not_there(tmp_path: Path) -> None:
    book = xlsx_bytes({"A": [["Name"], ["Ann"], ["Bob"]], "B": [["Name"], ["Cay"]]})
    _, rows = read(tmp_path, book, "people.xlsx", sheet="B")
    assert rows == [["Cay"]]
    with pytest.raises(Rejected, match="There is no sheet “C”"):
        read(tmp_path, book, "people.xlsx", sheet="C")


def test_rows_and_columns_before_the_table_keep_their_numbers(tmp_path: Path) -> None:
    book = xlsx_bytes({"People": [[], [None, "Name", "Phone"], [], [None, "Ann", "2015550123"]]})
    reading, rows = read(tmp_path, book, "people.xlsx")
    assert (reading.header_row, reading.columns) == (2, ["Column A", "Name", "Phone"])
    assert next(raw_rows(tmp_path / "rows.parquet", 3))[0] == 4
    assert rows == [["", "Ann", "2015550123"]]


def test_a_formula_error_is_an_empty_cell(tmp_path: Path) -> None:
    _, rows = read(tmp_path, xlsx_bytes({"People": [["Name", "Phone"], ["Ann", "#N/A"]]}), "people.xlsx")
    assert rows == [["Ann", ""]]


def test_an_ods_file_is_read(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, ods_bytes([["Name", "Phone"], ["Zoë", "2015550123"]]), "people.ods")
    assert (reading.format, reading.columns, rows) == ("ods", ["Name", "Phone"], [["Zoë", "2015550123"]])


def test_a_very_large_sheet_is_streamed_to_the_same_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "people.xlsx"
    row: list[object] = ["José", 2134, datetime(2026, 3, 4, 9, 30), time(9, 5), True, 0.1]  # noqa: DTZ001
    source.write_bytes(xlsx_bytes({"People": [HEADER, row], "Other": [["x"]]}))
    at_once = list(workbooks.open_table(source, "xlsx", Choices(sheet="People")).records)
    monkeypatch.setattr(workbooks, "STREAM_ABOVE", 0)
    streamed = list(workbooks.open_table(source, "xlsx", Choices(sheet="People")).records)
    assert streamed == at_once


@pytest.mark.parametrize("name", ["people.xls", "people.xlsx"])
def test_a_text_file_named_like_a_workbook_is_read_as_text(tmp_path: Path, name: str) -> None:
    reading, rows = read(tmp_path, csv_bytes([["Name", "Phone"], ["Ann", "2015550123"]]), name)
    assert (reading.format, rows) == ("csv", [["Ann", "2015550123"]])
    assert any("it is a text file" in warning for warning in reading.warnings)


def test_a_workbook_named_csv_is_read_as_a_workbook(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, xlsx_bytes({"P": [["Name"], ["Ann"]]}), "people.csv")
    assert (reading.format, rows) == ("xlsx", [["Ann"]])
