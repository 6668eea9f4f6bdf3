"""Text files: encodings, delimiters, ragged rows, headers, and rows numbered as a spreadsheet does."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.ingest.ledger import raw_rows
from tests.domain.ingest.spreadsheets import csv_bytes, read

PEOPLE = [["First Name", "City", "Phone"], ["José", "Zürich", "2015550123"], ["Zoë", "Orléans", "2015550124"]]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_accents_survive_whatever_the_encoding(tmp_path: Path, encoding: str) -> None:
    reading, rows = read(tmp_path, csv_bytes(PEOPLE, encoding))
    assert reading.columns == PEOPLE[0]
    assert rows == PEOPLE[1:]
    assert reading.encoding == encoding


def test_a_person_can_choose_another_encoding(tmp_path: Path) -> None:
    _, rows = read(tmp_path, csv_bytes(PEOPLE, "mac_roman"), encoding="mac_roman")
    assert rows == PEOPLE[1:]


@pytest.mark.parametrize(("encoding", "chosen"), [("utf-16", None), ("utf-8", "utf-8")])
def test_zero_characters_are_left_out_because_no_database_keeps_them(
    tmp_path: Path, encoding: str, chosen: str | None
) -> None:
    content = "First\0 Name,Phone\nA\0nn,2015550123\n".encode(encoding)
    reading, rows = read(tmp_path, content, encoding=chosen)
    assert (reading.columns, rows) == (["First Name", "Phone"], [["Ann", "2015550123"]])
    assert not any("\0" in cell for row in reading.preview for cell in row.cells)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_even_where_others_stand_in_the_cells(tmp_path: Path, delimiter: str) -> None:
    rows = [["Name", "Notes"], *([f"Person {at}", "a, b; c | d"] for at in range(20))]
    reading, found = read(tmp_path, csv_bytes(rows, delimiter=delimiter))
    assert reading.delimiter == delimiter
    assert found[0] == ["Person 0", "a, b; c | d"]


def test_one_column_alone_is_read_whole(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, b"Phone\n2015550123\n2015550124\n")
    assert (reading.columns, rows) == (["Phone"], [["2015550123"], ["2015550124"]])


def test_a_quoted_line_break_stays_in_its_cell(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b'Name,Notes\r\nAnn,"one\r\ntwo"\r\nBob,"say ""hi"""\r\n')
    assert rows == [["Ann", "one\ntwo"], ["Bob", 'say "hi"']]


def test_short_rows_are_filled_and_long_rows_keep_their_surplus(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, b"Name,Phone\nAnn\nBob,2015550123,extra\nCay,2015550124\n")
    assert reading.columns == ["Name", "Phone", "Column C"]
    assert rows == [["Ann", "", ""], ["Bob", "2015550123", "extra"], ["Cay", "2015550124", ""]]
    assert any("1 row has fewer cells" in warning for warning in reading.warnings)
    assert any("1 row has more cells" in warning for warning in reading.warnings)


def test_duplicate_and_missing_headers_get_names_of_their_own(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, b"Name,Phone,Phone,,phone\nAnn,1,2,3,4\n")
    assert reading.columns == ["Name", "Phone", "Phone (2)", "Column D", "phone (3)"]


def test_a_title_above_the_header_is_skipped(tmp_path: Path) -> None:
    content = (
        b"Springfield Clinic\nAppointments for Monday,,\n\nFirst Name,Last Name,Phone\nAnn,Lee,2015550123\n"
    )
    reading, rows = read(tmp_path, content)
    assert (reading.header_row, reading.columns) == (4, ["First Name", "Last Name", "Phone"])
    assert rows == [["Ann", "Lee", "2015550123"]]


def test_a_file_without_header_loses_no_row(tmp_path: Path) -> None:
    reading, rows = read(tmp_path, b"James,Butt,504-621-8927,a@b.org\nAnn,Lee,201-555-0123,c@d.org\n")
    assert (reading.header_row, len(rows)) == (0, 2)
    assert reading.columns == ["Column A", "Column B", "Column C", "Column D"]


def test_a_person_can_pick_another_header_row(tmp_path: Path) -> None:
    content = b"Name,Phone\nNombre,Telefono\nAnn,2015550123\n"
    reading, rows = read(tmp_path, content, header_row=2)
    assert (reading.columns, rows) == (["Nombre", "Telefono"], [["Ann", "2015550123"]])
    assert [raw.row for raw in reading.preview] == [1, 2, 3]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, b'Name,Notes\n\nAnn,"a\nb"\n,\nBob,c\n')
    assert [number for number, _ in raw_rows(tmp_path / "rows.parquet", len(reading.columns))] == [3, 5]


def test_leading_zeros_and_long_numbers_stay_as_written(tmp_path: Path) -> None:
    _, rows = read(tmp_path, b"id,zip\n007,02134\n12345678901234567890,1e5\n")
    assert rows == [["007", "02134"], ["12345678901234567890", "1e5"]]


cell = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1e\x1f\r\n"), min_size=1, max_size=20
).filter(lambda text: bool(text.strip()) and not text.startswith("\ufeff"))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=30))
def test_what_is_written_is_read_again(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    content = csv_bytes([["one", "two", "three"], *rows])
    _, found = read(tmp_path, content, header_row=1, delimiter=",", encoding="utf-8")
    assert found == [list(row) for row in rows]
