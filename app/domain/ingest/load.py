"""From the ledger into the database: one COPY into a temporary table, one INSERT, and what was there already.

Row-level security refuses COPY into the table itself (DESIGN §6), so the rows go by way of a temporary one.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from psycopg import Connection

from app.domain.ingest.engine import LEAST_ROW_GROUP, ROOMY, bounded_engine, literal, parquet_options
from app.errors import Conflict
from app.unit_of_work import session

BLOCK = 1024 * 1024
EARLIER = "Already imported from an earlier file"
# What an earlier run of this load took for duplicates is looked at again, so a load can be repeated.
CANDIDATES = f"fate = 'record' OR problem = {literal(EARLIER)}"
COLUMNS = "row_number, record_key, customer_id, phone, email, time_zone, time_zone_origin, event_at, data"
LOST_COLUMNS = "{'row': 'BIGINT', 'day': 'VARCHAR'}"
MARKS = {
    "fate": "'duplicate'",
    "reason": "'This person and date were already imported on ' || e.day || '.'",
    "problem": literal(EARLIER),
}
INCOMING = """
    DROP TABLE IF EXISTS pg_temp.incoming_records;
    CREATE TEMPORARY TABLE incoming_records (
        row_number bigint, record_key text, customer_id bigint, phone text, email text,
        time_zone text, time_zone_origin text, event_at timestamptz, data jsonb) ON COMMIT DROP"""
INSERT = f"""
    INSERT INTO contact_records (company_id, packet_id, {COLUMNS})
    SELECT %s, %s, {COLUMNS} FROM incoming_records
    ON CONFLICT (company_id, record_key) DO NOTHING"""
# What another file had brought before; `created` is NULL where we may not see it.
LOST = """
    SELECT i.row_number, r.created_at::date AS created FROM incoming_records i
    LEFT JOIN contact_records r ON r.company_id = %s AND r.record_key = i.record_key
    WHERE r.id IS NULL OR r.packet_id <> %s OR r.row_number <> i.row_number"""


@dataclass(frozen=True)
class LoadResult:
    """How many records this packet has now, and how many rows lost because an earlier file had them."""

    records: int
    duplicates_of_earlier: int


def load_records(company_id: int, packet_id: int, ledger_file: Path) -> LoadResult:
    """Load the ledger's records in the open transaction; what an earlier import had becomes a duplicate.

    May be run again after a crash at any point: a packet's own rows are never duplicates of themselves.
    Raises Conflict where a row could neither be stored nor its earlier one be seen; nothing is lost in
    silence.
    """
    work = ledger_file.with_name(f"{ledger_file.name}.load")
    shutil.rmtree(work, ignore_errors=True)  # left by a machine that stopped in the middle
    work.mkdir()
    try:
        offered = _write_candidates(ledger_file, work)
        _copy(work / "records.csv")
        inserted = _execute(INSERT, (company_id, packet_id))
        lost = _write_lost(company_id, packet_id, work / "lost.csv") if inserted < offered else 0
        _rewrite_ledger(ledger_file, work, lost)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return LoadResult(records=offered - lost, duplicates_of_earlier=lost)


def _write_candidates(ledger_file: Path, work: Path) -> int:
    """Write the records as CSV in PostgreSQL's manner: an unquoted nothing is NULL, times are in UTC."""
    with bounded_engine(work / "engine", memory=ROOMY) as engine:
        engine.execute("SET TimeZone = 'UTC'")
        written = engine.execute(
            f"COPY (SELECT row AS {COLUMNS} FROM read_parquet({literal(ledger_file)}) WHERE {CANDIDATES}) "
            f"TO {literal(work / 'records.csv')} (FORMAT csv, HEADER false)"
        ).fetchone()
    return int(written[0]) if written else 0


def _copy(records: Path) -> None:
    _execute(INCOMING)
    with (
        records.open("rb") as source,
        _connection().cursor() as cursor,
        cursor.copy(f"COPY incoming_records ({COLUMNS}) FROM STDIN (FORMAT csv)") as copy,
    ):
        while block := source.read(BLOCK):
            copy.write(block)


def _write_lost(company_id: int, packet_id: int, out: Path) -> int:
    """Write the number of each row that lost and the day on which its record came, and return how many."""
    count = 0
    with out.open("w", encoding="ascii") as target, _connection().cursor() as cursor:
        for row, created in cursor.stream(LOST, (company_id, packet_id)):
            if created is None:
                raise Conflict(
                    f"Row {row} could not be stored: a record that you may not see has the same key."
                )
            target.write(f"{row},{created}\n")
            count += 1
    return count


def _rewrite_ledger(ledger_file: Path, work: Path, lost: int) -> None:
    """Write the lost rows' fate into the ledger, into a new file that then takes the old one's place."""
    place = work / "lost.csv"
    with bounded_engine(work / "engine", memory=ROOMY) as engine:
        ledger = f"read_parquet({literal(ledger_file)})"
        marked = engine.execute(
            f"SELECT count(*) FROM {ledger} WHERE problem = {literal(EARLIER)}"
        ).fetchone()
        if not lost and marked == (0,):
            return
        place.touch()
        half = work / "ledger.parquet"
        found = f"read_csv({literal(place)}, header = false, auto_detect = false, columns = {LOST_COLUMNS})"
        replaced = ", ".join(f"{_told(lost_words, name)} AS {name}" for name, lost_words in MARKS.items())
        engine.execute(
            f"COPY (SELECT l.* REPLACE ({replaced}) FROM {ledger} l LEFT JOIN {found} e ON e.row = l.row) "
            f"TO {literal(half)} {parquet_options(LEAST_ROW_GROUP)}"
        )
        half.replace(ledger_file)


def _told(lost_words: str, name: str) -> str:
    """Return SQL for a column of the ledger: what it says of a row that lost, of a record, of any other."""
    record = "'record'" if name == "fate" else "NULL"
    return f"CASE WHEN e.row IS NOT NULL THEN {lost_words} WHEN {CANDIDATES} THEN {record} ELSE {name} END"


def _execute(statement: str, values: tuple[int, ...] = ()) -> int:
    with _connection().cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount


def _connection() -> "Connection[tuple[object, ...]]":
    """Return psycopg's own connection of the open transaction: COPY is not known to SQLAlchemy."""
    driver = session().connection().connection.driver_connection
    return cast("Connection[tuple[object, ...]]", driver)
