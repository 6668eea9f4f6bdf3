"""Answers kept beside a file: worked out once, private, and again where they are missing or damaged."""

from pathlib import Path
from shutil import rmtree

import pytest

from app.domain.ingest import highlights
from app.domain.ingest.dates import date_proofs, prove_date_order
from app.domain.ingest.engine import IDLE, lent_engine
from app.domain.ingest.highlights import histogram, look_at
from app.domain.ingest.kept import Answers, forget_earlier, kept
from app.errors import NotFound
from tests.domain.ingest.spreadsheets import csv_bytes, judge, read

PARTS = {None: {"company": {"name": "Riverside"}}}
ROWS: list[list[object]] = [
    [f"Person {at}" * (1 + at % 40), f"201-555-{at:04}" if at % 3 else "bad"] for at in range(90)
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "rows"
    place.write_text("some rows")
    return place


def answered(file: Path, *keys: str) -> tuple[Answers, list[str]]:
    """The answers to these keys, and those of them that had to be worked out."""
    worked_out: list[str] = []

    def work_out(missing: list[str]) -> Answers:
        worked_out.extend(missing)
        return {key: {"of": key, "in": (1, 2)} for key in missing}

    return kept(file, "answers", keys, work_out), worked_out


def places(file: Path) -> list[Path]:
    return [each for each in file.parent.glob(f"{file.name}.kept/*/*") if each.is_file()]


def test_an_answer_is_worked_out_once_and_reads_the_same_each_time(file: Path) -> None:
    first, worked_out = answered(file, "a", "b")
    assert worked_out == ["a", "b"]
    again, worked_out = answered(file, "a", "b", "c")
    assert worked_out == ["c"]
    assert first["a"] == again["a"] == {"of": "a", "in": [1, 2]}


def test_only_we_may_read_what_is_kept(file: Path) -> None:
    answered(file, "a")
    (place,) = places(file)
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("damage", [b"", b'{"a": ', None], ids=["emptied", "cut off", "removed"])
def test_what_is_damaged_or_gone_is_worked_out_again(file: Path, damage: bytes | None) -> None:
    before, _ = answered(file, "a")
    (place,) = places(file)
    place.unlink() if damage is None else place.write_bytes(damage)
    assert answered(file, "a") == (before, ["a"])
    assert answered(file, "a") == (before, [])


def test_a_file_written_anew_has_no_answers_yet_and_the_earlier_ones_can_go(file: Path) -> None:
    answered(file, "a")
    (earlier,) = places(file)
    file.write_text("other rows, and more")
    assert answered(file, "a")[1] == ["a"]
    forget_earlier(file)
    assert not earlier.exists()
    assert len(places(file)) == 1


def test_there_are_no_answers_about_a_file_that_is_gone(file: Path) -> None:
    answered(file, "a")
    file.unlink()
    with pytest.raises(NotFound):
        answered(file, "a")


def test_what_a_preview_shows_is_the_same_kept_and_fresh(tmp_path: Path) -> None:
    ledger = judge(tmp_path, ROWS, ["first_name", "phone_number"])[1]

    def shown() -> tuple[object, ...]:
        text = histogram(ledger, "Hello {data.first_name} of {company.name}", PARTS)
        return highlights.highlights(ledger), text, [look_at(ledger, row) for row in (None, 2, 3, 40, 900)]

    fresh = shown()
    assert shown() == fresh
    rmtree(tmp_path / f"{ledger.name}.kept")
    assert shown() == fresh


def test_another_wording_or_company_name_is_counted_anew(tmp_path: Path) -> None:
    ledger = judge(tmp_path, ROWS, ["first_name", "phone_number"])[1]
    long_name = {None: {"company": {"name": "R" * 400}}}
    short = histogram(ledger, "Hi from {company.name}", PARTS)
    assert short.bars == [(1, 60)]
    assert histogram(ledger, "Hi from {company.name}", long_name).bars == [(3, 60)]
    assert histogram(ledger, "Hi {data.first_name}", PARTS).bars != short.bars


def test_the_proof_of_dates_is_the_same_kept_and_fresh(tmp_path: Path) -> None:
    read(tmp_path, csv_bytes([["When", "Who"], ["25/04/2027", "Ada"], ["03/04/2027", "Bo"]]), header_row=1)
    rows = tmp_path / "rows.parquet"
    expected = {column: prove_date_order(rows, column) for column in (0, 1)}
    assert expected[0].order == "DMY"
    assert date_proofs(rows, [0, 1]) == expected
    assert date_proofs(rows, [0, 1]) == expected


def test_an_engine_is_lent_to_one_at_a_time_and_not_again_after_a_failure() -> None:
    with lent_engine() as one, lent_engine() as other:
        assert one is not other
        one.execute("CREATE TABLE mine AS SELECT 1 AS found")
        assert other.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)
        one.execute("DROP TABLE mine")
    with pytest.raises(ZeroDivisionError), lent_engine() as broken:
        raise ZeroDivisionError
    again = [lent_engine() for _ in range(IDLE + 1)]
    assert broken not in [each.__enter__() for each in again]
