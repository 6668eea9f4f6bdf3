"""How fast a file becomes records: read, cleaned, judged and loaded through row-level security.

The limit is COPY of the very same records, already prepared, by the owner into a table of the same shape,
with the same indexes and foreign keys and no row-level security. Beside it: the plain way, `csv`,
`phonenumbers` and the ORM, 1,000 rows at a time, on a sample. Options: `--rows=N`, `--xlsx`.
"""

import csv
import os
import random
import resource
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import phonenumbers
import psycopg
from sqlalchemy import text

from app.cli.migrate import plain_url, run_migrations
from app.config import Settings
from app.domain.ingest.evaluate import Block, CleaningContext, evaluate
from app.domain.ingest.load import load_records
from app.domain.ingest.load_map import proposed_map
from app.domain.ingest.read import read_file
from app.domain.ingest.suggest import suggest
from app.domain.tenancy.companies import create_company
from app.factory import create_app
from app.local.environment import demo_environment
from app.local.places import Places
from app.local.ports import DEFAULTS
from app.local.servers import EmbeddedServers
from app.models import ContactRecord
from app.unit_of_work import across_companies, transaction
from bench.harness import Row, emit, interleave, measure

HEADER = ["Patient ID", "First Name", "Last Name", "Cell Phone", "E-mail", "ZIP", "Appt Date", "Appt Time"]
FIRSTS = ["Maria", "José", "James", "Anna-Lee", "Wei", "Fatima", "Oluwaseun", "John", "Siobhán", "Li"]
LASTS = ["Garcia", "O'Neill", "van der Berg", "Smith", "Nguyen", "Müller", "Brown", "Ramirez"]
AREAS = ["201", "415", "617", "312", "206", "305", "979", "512", "416", "604", "555"]
ZONE = "America/New_York"
CONTEXT = CleaningContext(company_zone=ZONE, blocks=[Block(1, {"first_name": "wei", "last_name": "smith7"})])
SAMPLE = 20_000
PREPARED = (
    "company_id, packet_id, row_number, record_key, customer_id, phone, email, time_zone, time_zone_origin, "
    "event_at, data"
)


@dataclass(frozen=True)
class Place:
    """One company with two packets in a database of its own, and a folder for files."""

    owner_url: str
    company: int
    packets: tuple[int, int]
    folder: Path


def main(options: Sequence[str]) -> None:
    """Run with what the command line says."""
    chosen = dict(option.lstrip("-").partition("=")[::2] for option in options)
    emit(run(rows=int(chosen.get("rows") or 200_000), xlsx="xlsx" in chosen))


def run(*, rows: int = 200_000, xlsx: bool = False) -> list[Row]:
    """Take turns between the product and its limits; rates are rows a second."""
    with tempfile.TemporaryDirectory(prefix="carillon-bench-") as folder, _place(Path(folder)) as place:
        source = _write_csv(place.folder / "people.csv", rows)
        book = _write_xlsx(source, place.folder / "people.xlsx") if xlsx else None
        _ours(place, source)()
        prepared = _export(place)
        contestants = {
            ("ingest: raw COPY", f"{rows:,} prepared records"): _raw_copy(place, prepared),
            ("ingest", f"CSV of {rows:,} rows → committed records"): _ours(place, source),
        }
        if book:
            contestants["ingest --xlsx", f"xlsx of {rows:,} rows → committed records"] = _ours(place, book)
        found = interleave(contestants, rounds=3 if rows <= 200_000 else 1)
        orm = measure("ingest: ORM", f"csv, phonenumbers, ORM; {SAMPLE:,} rows", _plain_way(place, source))
        return [*_against(found, orm), orm, _verdicts(place, source), _child_peak()]


def _against(found: list[Row], orm: Row) -> Iterator[Row]:
    limit, ours, *others = found
    yield limit
    yield ours.against(limit.rate)
    yield replace(ours, did=f"{ours.did}; the limit is the ORM way").against(orm.rate)
    for other in others:
        yield replace(other, did=f"{other.did}; the limit is our CSV rate").against(ours.rate)


def _ours(place: Place, source: Path) -> Callable[[], int]:
    def work() -> int:
        _empty(place)
        rows_file, ledger_file = place.folder / "rows.parquet", place.folder / "ledger.parquet"
        reading = read_file(source, filename=source.name, rows_file=rows_file)
        load_map = proposed_map(suggest(reading, rows_file), rows_file)
        totals = evaluate(rows_file, load_map, context=CONTEXT, ledger_file=ledger_file)
        with transaction(place.company):
            loaded = load_records(place.company, place.packets[0], ledger_file)
        assert loaded.records == totals.records
        return totals.rows

    return work


def _raw_copy(place: Place, prepared: Path) -> Callable[[], int]:
    def work() -> int:
        with psycopg.connect(place.owner_url) as connection, connection.cursor() as cursor:
            cursor.execute("TRUNCATE limit_records")
            with (
                prepared.open("rb") as source,
                cursor.copy(f"COPY limit_records ({PREPARED}) FROM STDIN (FORMAT csv)") as copy,
            ):
                while block := source.read(1024 * 1024):
                    copy.write(block)
            return cursor.rowcount

    return work


def _plain_way(place: Place, source: Path) -> Callable[[], int]:
    def work() -> int:
        with source.open(newline="", encoding="utf-8") as stream, transaction(place.company) as session:
            rows = islice(csv.DictReader(stream), SAMPLE)
            count = 0
            while batch := list(islice(rows, 1_000)):
                session.add_all([_record(place, count + at, row) for at, row in enumerate(batch)])
                session.flush()
                session.expunge_all()
                count += len(batch)
        return count

    return work


def _record(place: Place, number: int, row: dict[str, str]) -> ContactRecord:
    phone = _library_phone(row["Cell Phone"])
    when = datetime.strptime(f"{row['Appt Date']} {row['Appt Time']}", "%m/%d/%Y %H:%M").replace(
        tzinfo=ZoneInfo(ZONE)
    )
    return ContactRecord(
        company_id=place.company,
        packet_id=place.packets[1],
        row_number=number,
        record_key=f"plain {row['Patient ID']} {row['Appt Date']}",
        data={name.lower().replace(" ", "_"): value for name, value in row.items()} | {"phone": phone},
        phone=phone,
        email=row["E-mail"],
        time_zone=ZONE,
        time_zone_origin="company",
        event_at=when.astimezone(UTC),
    )


def _verdicts(place: Place, source: Path) -> Row:
    """Compare the phones of a sample, number by number, with what the library makes of them."""

    def work() -> int:
        with duckdb.connect() as engine:
            ledger = str(place.folder / "ledger.parquet")
            ours = engine.execute(
                "SELECT phone FROM read_parquet($1) ORDER BY row LIMIT $2", [ledger, SAMPLE]
            ).fetchall()
        with source.open(newline="", encoding="utf-8") as stream:
            for (phone,), row in zip(ours, csv.DictReader(stream), strict=False):
                assert phone == _library_phone(row["Cell Phone"]), row
        return len(ours)

    return measure("ingest: verdicts", "phones equal to what phonenumbers says, none differs", work)


def _library_phone(written: str) -> str | None:
    parsed = phonenumbers.parse(written, "US")
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _child_peak() -> Row:
    """Report the largest child that has ended: the reader."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Row("ingest: reader", "peak memory of the largest child", 0, 0, 0, round(used.ru_maxrss / 1024, 1))


def _write_csv(out: Path, rows: int) -> Path:
    chance = random.Random(1)
    with out.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(_person(chance, number))
    return out


def _person(chance: random.Random, number: int) -> list[str]:
    exchange, line = chance.randint(100, 999), chance.randint(0, 9999)
    return [
        f"{number:07d}",
        chance.choice(FIRSTS),
        f"{chance.choice(LASTS)}{number % 50}",
        f"({chance.choice(AREAS)}) {exchange}-{line:04d}",
        f"user{number}@mail{number % 100}.com",
        chance.choice(["02134", "10001", "94105", "60601", "98101"]),
        f"{chance.randint(1, 12):02d}/{chance.randint(1, 28):02d}/2027",
        f"{chance.randint(8, 17)}:{chance.choice(['00', '15', '30', '45'])}",
    ]


def _write_xlsx(source: Path, out: Path) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("People")
    with source.open(newline="", encoding="utf-8") as stream:
        for row in csv.reader(stream):
            sheet.append(row)
    book.save(out)
    return out


@contextmanager
def _place(folder: Path) -> Iterator[Place]:
    """Start PostgreSQL and Redis in the folder, migrate, and make a company with two packets."""
    places = Places.of(folder / "data", temporary=True)
    with EmbeddedServers(places) as urls:
        ports = {name: str(port) for name, port in DEFAULTS.items()}
        own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        settings = Settings.from_environment(demo_environment(places, own, ports, urls))
        run_migrations(settings)
        with create_app(settings).app_context():
            with across_companies(reason="making the bench's company"):
                company = create_company(name="Bench", alias="bench", kind="health_care", time_zone=ZONE).id
            with transaction(company) as session:
                packets = _packets(session, company)
            owner_url = plain_url(settings.database_url)
            _make_limit_table(owner_url)
            yield Place(owner_url, company, packets, folder)


def _packets(session: Any, company: int) -> tuple[int, int]:
    source = session.scalar(
        text(
            "INSERT INTO data_ingest_sources (company_id, name, kind) "
            "VALUES (:c, 'b', 'terminal') RETURNING id"
        ),
        {"c": company},
    )
    insert = text(
        "INSERT INTO data_packets (company_id, data_ingest_source_id, filename, file_size, sha256) "
        "VALUES (:c, :s, 'b.csv', 1, 'b') RETURNING id"
    )
    one, two = (session.scalar(insert, {"c": company, "s": source}) for _ in range(2))
    return one, two


def _make_limit_table(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute("CREATE TABLE limit_records (LIKE contact_records INCLUDING ALL)")
        keys = connection.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = 'contact_records'::regclass AND contype = 'f'"
        ).fetchall()
        for (key,) in keys:
            connection.execute(f"ALTER TABLE limit_records ADD {key}")  # type: ignore[arg-type]


def _empty(place: Place) -> None:
    with psycopg.connect(place.owner_url) as connection:
        connection.execute("TRUNCATE contact_records CASCADE")


def _export(place: Place) -> Path:
    """Write the records that ours made as CSV: what raw COPY is given ready-made."""
    out = place.folder / "prepared.csv"
    with transaction(place.company) as session, out.open("wb") as target:
        driver: Any = session.connection().connection.driver_connection
        with driver.cursor() as cursor:
            order = (
                f"COPY (SELECT {PREPARED} FROM contact_records ORDER BY row_number) TO STDOUT (FORMAT csv)"
            )
            with cursor.copy(order) as copy:
                for block in copy:
                    target.write(block)
    return out
