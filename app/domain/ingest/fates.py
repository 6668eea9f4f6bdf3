"""The four fates of a row (record, refused, blocked, duplicate) and the sentence that says why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.domain.ingest.cleaned_rows import RowsTable
from app.domain.ingest.cleaning.cells import Cell
from app.domain.ingest.cleaning.columns import Workshop, json_members
from app.domain.ingest.engine import literal
from app.domain.ingest.time_zones import Zones

NO_CONTACT = "No phone number and no e-mail address"
BAD_CONTACT = "Phone number or e-mail address that cannot be used"
BAD_DATE = "Date that cannot be read"
BAD_TIME = "Time that cannot be read"
BLOCKED = "On the list of those never to contact"
DUPLICATE = "Duplicate of an earlier row"
LEDGER_COLUMNS = 16
ORDER_WORDS = {"MDY": "month, day, year", "DMY": "day, month, year", "YMD": "year, month, day"}
LEFT_OUT = {
    "phone": "is not a phone number in use",
    "email": "is not an e-mail address",
    "date": "is not a date",
    "time": "is not a time",
}


@dataclass(frozen=True)
class Refusal:
    """A rule that keeps a row out: when, which class of problem, the sentence, the column and its text."""

    when: str
    problem: str
    reason: str
    header: str
    text: str


def refusal_sql(table: RowsTable) -> str:
    """Return SQL for the number of the first rule that keeps a row out, NULL where none does."""
    return f"CASE {' '.join(f'WHEN {rule.when} THEN {at}' for at, rule in enumerate(_refusals(table)))} END"


def _said_by(table: RowsTable, part: Callable[[Refusal], str]) -> str:
    """Return SQL for one part of what the rule that keeps a row out says of it."""
    rules = enumerate(_refusals(table))
    return f"CASE c.refusal {' '.join(f'WHEN {at} THEN {part(rule)}' for at, rule in rules)} END"


def _refusals(table: RowsTable) -> Iterator[Refusal]:
    """Yield the rules in the order in which they are named: contact first, then date and time."""
    unreachable = "phone IS NULL AND email IS NULL"
    for at, cell in _judged(table, ("phone", "email")):
        other = "and there is no other way to reach this person"
        yield Refusal(
            f"{unreachable} AND b{at} IS NOT NULL",
            BAD_CONTACT,
            _said(cell, at, other),
            literal(cell.header),
            f"b{at}",
        )
    nobody = literal("The row has neither a phone number nor an e-mail address.")
    yield Refusal(unreachable, NO_CONTACT, nobody, "NULL", "NULL")
    for at, cell in _judged(table, ("date",)):
        if cell.name == "appointment_date":
            column = table.load_map.column_of("appointment_date")
            order = ORDER_WORDS[(column.date_order if column else None) or "MDY"]
            said = _said(cell, at, f"read as {order}")
            yield Refusal(f"b{at} IS NOT NULL", BAD_DATE, said, literal(cell.header), f"b{at}")
    for at, cell in _judged(table, ("time",)):
        yield Refusal(f"b{at} IS NOT NULL", BAD_TIME, _said(cell, at, ""), literal(cell.header), f"b{at}")


def _judged(table: RowsTable, kinds: tuple[str, ...]) -> Iterator[tuple[int, Cell]]:
    return ((at, cell) for at, cell in enumerate(table.cells) if cell.kind in kinds)


def _said(cell: Cell, at: int, ending: str) -> str:
    """Return SQL for a sentence that names value, column and what is wrong."""
    tail = f"” in column “{cell.header}” {LEFT_OUT[cell.kind]}{f', {ending}' if ending else ''}."
    return f"'“' || b{at}[:80] || {literal(tail)}"


def _warnings(table: RowsTable) -> str:
    """Return SQL for the list of a row's warnings: what was left out of a record that is kept."""
    found = [
        f"CASE WHEN b{at} IS NOT NULL THEN {_said(cell, at, 'so it was left out')} END"
        for at, cell in _judged(table, ("phone", "email", "date"))
        if cell.name != "appointment_date"
    ]
    found += [f"n{at}" for at, cell in enumerate(table.cells) if cell.note != "NULL"]
    return f"list_filter([{', '.join(found)}]::VARCHAR[], lambda each: each IS NOT NULL)"


def create_doubled(shop: Workshop) -> None:
    """Create the table `doubled`: key and the row kept, for keys that more than one row in play has."""
    shop.engine.execute(
        "CREATE TABLE doubled AS SELECT md5_number(record_key) AS key, min(row) AS kept FROM cleaned "
        "WHERE refusal IS NULL AND row NOT IN (SELECT row FROM blocked) GROUP BY key HAVING count(*) > 1"
    )


def ledger_query(table: RowsTable, zones: Zones) -> str:
    """Return the query of the ledger: one line a row.

    There is no sort: row groups hold neighbouring rows, so that one is found quickly, and whoever needs
    an order asks for it. Only small tables are joined.
    """
    blocked = literal("This person is on the list of those never to contact (block ")
    return f"""
        SELECT c.row,
            CASE WHEN c.refusal IS NOT NULL THEN 'refused' WHEN b.row IS NOT NULL THEN 'blocked'
                WHEN d.kept < c.row THEN 'duplicate' ELSE 'record' END AS fate,
            CASE WHEN c.refusal IS NOT NULL THEN {_said_by(table, lambda rule: rule.reason)}
                WHEN b.row IS NOT NULL THEN {blocked} || b.block || ').'
                WHEN d.kept < c.row THEN 'The row repeats row ' || d.kept || '.' END AS reason,
            CASE WHEN c.refusal IS NOT NULL THEN {_said_by(table, lambda rule: literal(rule.problem))}
                WHEN b.row IS NOT NULL THEN {literal(BLOCKED)}
                WHEN d.kept < c.row THEN {literal(DUPLICATE)} END AS problem,
            {_said_by(table, lambda rule: rule.header)} AS column_name,
            {_said_by(table, lambda rule: rule.text)} AS value,
            {_warnings(table)} AS warnings,
            c.record_key,
            CASE WHEN c.refusal IS NULL AND b.row IS NULL AND d.kept < c.row THEN d.kept END AS duplicate_of,
            c.customer_id, c.phone, c.email, {zones.zone} AS time_zone, {zones.origin} AS time_zone_origin,
            {zones.event_at} AS event_at,
            {_data(table)} AS data
        FROM cleaned c {zones.joins} LEFT JOIN blocked b ON b.row = c.row
            LEFT JOIN doubled d ON d.key = md5_number(c.record_key)"""


def _data(table: RowsTable) -> str:
    """Return SQL for the record's JSON: targets that have a value, under their own names."""
    members = json_members({name: f"c.{column}" for name, column in table.columns.items()})
    return f"'{{' || concat_ws(',', {members}, c.packed) || '}}'"
