"""Loading: records arrive once, whatever happens, and an earlier import is never overwritten."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.domain.ingest.evaluate import CleaningContext
from app.domain.ingest.ledger import problems, row_values
from app.domain.ingest.load import LoadResult, load_records
from app.errors import Conflict
from app.models import Company, ContactRecord, Customer, IngestSource, Packet
from app.unit_of_work import session, transaction
from tests.domain.ingest.spreadsheets import judge

FIELDS = ["external_id", "first_name", "phone_number", "appointment_date", "notes"]
ROWS: list[list[object]] = [
    ["A1", "Zoë", "201-555-0123", "03/04/2026", 'a "b" \\ c\n{x}, 100%'],
    ["A2", "Bob", "", "", ""],
    ["A3", "Cay", "201-555-0125", "", ""],
]


@pytest.fixture
def company(app: Flask) -> int:
    with transaction(platform=True):
        found = session().scalar(select(func.min(Company.id)).where(Company.id > 0))
    assert found is not None
    return found


def packet(company: int) -> int:
    with transaction(company):
        source = session().scalar(select(IngestSource.id)) or _source(company)
        made = Packet(
            company_id=company, data_ingest_source_id=source, filename="a.csv", file_size=1, sha256="x"
        )
        session().add(made)
        session().flush()
        return made.id


def _source(company: int) -> int:
    made = IngestSource(company_id=company, name="Test", kind="upload")
    session().add(made)
    session().flush()
    return made.id


def load(company: int, packet_id: int, ledger: Path) -> LoadResult:
    with transaction(company):
        return load_records(company, packet_id, ledger)


def stored(company: int, packet_id: int) -> list[ContactRecord]:
    with transaction(company):
        query = (
            select(ContactRecord)
            .where(ContactRecord.packet_id == packet_id)
            .order_by(ContactRecord.row_number)
        )
        return list(session().scalars(query))


def test_what_is_in_the_ledger_is_in_the_database(tmp_path: Path, company: int) -> None:
    _, ledger = judge(tmp_path, ROWS, FIELDS)
    number = packet(company)
    assert load(company, number, ledger) == LoadResult(records=2, duplicates_of_earlier=0)
    first, second = stored(company, number)
    said = row_values(ledger, 2)
    assert (first.row_number, second.row_number) == (2, 4)
    assert (first.data, first.phone, first.email) == (said.data, "+12015550123", None)
    assert (first.event_at, first.time_zone, first.time_zone_origin) == (
        said.event_at,
        "America/New_York",
        "company",
    )
    assert first.data["notes"] == 'a "b" \\ c\n{x}, 100%'
    assert first.record_key == said.record_key


def test_loading_again_after_a_crash_changes_nothing(tmp_path: Path, company: int) -> None:
    _, ledger = judge(tmp_path, ROWS, FIELDS)
    number = packet(company)
    once = load(company, number, ledger)
    assert load(company, number, ledger) == once
    assert len(stored(company, number)) == 2
    assert [row.row for row in problems(ledger)] == [3]


def test_a_load_that_is_rolled_back_leaves_nothing_and_can_be_repeated(tmp_path: Path, company: int) -> None:
    _, ledger = judge(tmp_path, ROWS, FIELDS)
    number = packet(company)
    with pytest.raises(KeyError), transaction(company):
        load_records(company, number, ledger)
        raise KeyError
    assert stored(company, number) == []
    assert load(company, number, ledger).records == 2


def test_rows_of_an_earlier_import_become_duplicates_with_its_day(tmp_path: Path, company: int) -> None:
    _, ledger = judge(tmp_path, ROWS, FIELDS)
    earlier, later = packet(company), packet(company)
    load(company, earlier, ledger)
    _, ledger = judge(tmp_path, [*ROWS, ["A4", "Dan", "201-555-0126", "", ""]], FIELDS)
    for _ in range(2):
        assert load(company, later, ledger) == LoadResult(records=1, duplicates_of_earlier=2)
        assert [(row.row, row.fate) for row in problems(ledger)] == [
            (2, "duplicate"),
            (3, "refused"),
            (4, "duplicate"),
        ]
    assert (row_values(ledger, 2).reason or "").startswith("This person and date were already imported on 20")
    assert [record.row_number for record in stored(company, later)] == [5]


def test_a_repeated_load_forgets_duplicates_that_are_none_any_more(tmp_path: Path, company: int) -> None:
    _, ledger = judge(tmp_path, ROWS, FIELDS)
    earlier, later = packet(company), packet(company)
    load(company, earlier, ledger)
    load(company, later, ledger)
    with transaction(company):
        session().execute(text("DELETE FROM contact_records WHERE packet_id = :packet"), {"packet": earlier})
    assert load(company, later, ledger) == LoadResult(records=2, duplicates_of_earlier=0)
    assert [row.row for row in problems(ledger)] == [3]


def test_two_companies_never_meet(tmp_path: Path, app: Flask, company: int) -> None:
    _, ledger = judge(tmp_path, ROWS, FIELDS)
    with transaction(platform=True):
        other = session().scalar(select(func.max(Company.id)))
    assert other is not None and other != company
    load(company, packet(company), ledger)
    assert load(other, packet(other), ledger).duplicates_of_earlier == 0


def test_a_row_that_cannot_be_stored_unseen_is_never_lost_in_silence(tmp_path: Path, app: Flask) -> None:
    with transaction(platform=True):
        school = session().scalar(select(Company.id).where(Company.kind == "school"))
    assert school is not None
    with transaction(school):
        one, two = list(session().scalars(select(Customer.id).order_by(Customer.id).limit(2)))
    ledgers = {}
    for customer in (one, two):
        (tmp_path / str(customer)).mkdir()
        context = CleaningContext(company_zone="America/Chicago", customers_by_external_id={"here": customer})
        fields = ["external_id", "phone_number", "location"]
        rows: list[list[object]] = [["A1", "201-555-0123", "here"]]
        ledgers[customer] = judge(tmp_path / str(customer), rows, fields, context=context)[1]
    load(school, packet(school), ledgers[one])
    number = packet(school)
    with pytest.raises(Conflict, match="may not see"), transaction(school, customers=[two]):
        load_records(school, number, ledgers[two])
    assert stored(school, number) == []
