"""`carillon read` and `carillon suggest`: JSON on standard output, words beside it, exit codes."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.domain.ingest.spreadsheets import csv_bytes

ROWS = [["First Name", "Cell"], ["José", "201-555-0123"], ["Ann", ""]]


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_bytes(csv_bytes(ROWS, "cp1252", ";"))
    return str(path)


def test_read_says_how_and_then_every_row(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", file]) == 0
    first, *rows = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "format": "csv",
        "encoding": "cp1252",
        "delimiter": ";",
        "sheet": None,
        "header_row": 1,
        "columns": ["First Name", "Cell"],
    }
    assert rows == [{"First Name": "José", "Cell": "201-555-0123"}, {"First Name": "Ann", "Cell": ""}]


def test_suggest_says_what_the_columns_mean(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suggest", file, "--json"]) == 0
    (name, cell) = json.loads(capsys.readouterr().out)["columns"]
    assert (name["header"], name["field"], name["confidence"]) == ("First Name", "first_name", "looks right")
    assert (cell["field"], set(cell)) == ("mobile_phone", {"header", "field", "confidence", "why"})


@pytest.mark.parametrize("command", ["read", "suggest"])
def test_a_file_that_cannot_be_read_is_refused_in_words(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.csv").touch()
    assert main([command, str(tmp_path / "empty.csv")]) == 1
    out, err = capsys.readouterr()
    assert (out, "The file is empty" in err) == ("", True)


def test_wrong_use_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["read"])
    assert (caught.value.code, capsys.readouterr().out) == (2, "")
