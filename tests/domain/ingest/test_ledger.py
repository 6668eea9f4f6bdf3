"""Looking into a ledger: rows, samples, pages of problems, and a download that no spreadsheet runs."""

import csv
import io
from pathlib import Path

import pytest

from app.domain.ingest.highlights import highlights, look_at
from app.domain.ingest.ledger import problems, row_values, write_problem_rows
from app.errors import NotFound
from tests.domain.ingest.spreadsheets import csv_bytes, judge, read

ROWS: list[list[object]] = [
    [f"Person {at}", f"201-555-{at:04}" if at % 3 else "bad", "x" * (500 if at == 50 else 5)]
    for at in range(120)
]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return judge(tmp_path, ROWS, ["first_name", "phone_number", "notes"])[1]


def test_a_row_is_found_by_its_number_in_the_file(ledger: Path) -> None:
    assert row_values(ledger, 3).data["first_name"] == "Person 1"
    with pytest.raises(NotFound):
        row_values(ledger, 1)


def test_samples_are_rows_worth_looking_at(ledger: Path) -> None:
    found = highlights(ledger)
    assert (found.first, found.last) == (3, 121)
    assert found.problems == [("Phone number or e-mail address that cannot be used", 2)]
    assert {look_at(ledger, row).row.fate for row in found.some} == {"record"}
    assert len(set(found.some)) == 80


def test_pages_of_problems_follow_one_another_without_gap(ledger: Path) -> None:
    seen: list[int] = []
    while page := problems(ledger, after_row=seen[-1] if seen else 0, limit=7):
        seen += [row.row for row in page]
    assert seen == [at + 2 for at in range(120) if at % 3 == 0]


def test_warnings_are_shown_with_the_problems_when_asked_for(tmp_path: Path) -> None:
    rows: list[list[object]] = [["bad", "a@b.org"], ["201-555-0123", ""]]
    _, ledger = judge(tmp_path, rows, ["phone_number", "email_address"])
    assert problems(ledger) == []
    assert [row.row for row in problems(ledger, warnings=True)] == [2]


def test_the_download_holds_the_rows_as_they_were_written_and_nothing_runs(tmp_path: Path) -> None:
    content = csv_bytes([["=Name", "Phone", "_row"], ["=1+1", "+1 bad", "@x"], ["-2", 'a "b"\nc', "\tz"]])
    reading, _ = read(tmp_path, content, header_row=1)
    _, ledger = judge(
        tmp_path, [["=1+1", "+1 bad", "@x"], ["-2", 'a "b"\nc', "\tz"]], [None, "phone_number", None]
    )
    out = tmp_path / "problems.csv"
    assert write_problem_rows(tmp_path / "rows.parquet", ledger, reading, out) == 2
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    header, first, second = csv.reader(io.StringIO(out.read_text("utf-8-sig"), newline=""))
    assert header == ["_row", "_problem", "'=Name", "Phone", "_row (2)"]
    assert (first[0], first[2:]) == ("2", ["'=1+1", "'+1 bad", "'@x"])
    assert second[2:] == ["'-2", 'a "b"\nc', "'\tz"]
