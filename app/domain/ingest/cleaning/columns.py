"""Every mapped column's cleaning as SQL, with the lookup tables that its unusual values need."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from app.domain.ingest.cleaning.cells import Cell, kept_sql, tidy_sql
from app.domain.ingest.cleaning.emails import clean_email, plain_addresses, plain_value
from app.domain.ingest.cleaning.lookups import distinct, lookup_table
from app.domain.ingest.cleaning.names import plain_name, split_name
from app.domain.ingest.cleaning.phones import clean_phone, plain_numbers
from app.domain.ingest.dates import OFFSET, SPLIT, date_part_sql, date_sql, time_part_sql, time_sql
from app.domain.ingest.engine import literal
from app.domain.ingest.fields import BY_KEY
from app.domain.ingest.load_map import LoadMap, MappedColumn
from app.domain.ingest.places import STATE_CODES, STATES

# Which parts a full name and a date with a time in it add to the row.
NAME_PARTS = ("first_name", "middle_name", "last_name")


@dataclass(frozen=True)
class Workshop:
    """What the cleaning of a column needs: the engine, a folder for its files, the company's region."""

    engine: DuckDBPyConnection
    work: Path
    region: str


def cells_of(shop: Workshop, load_map: LoadMap, named: Collection[str]) -> list[Cell]:
    """Create the table `tidy` (row, t…, packed) and the lookup tables; return the cells, but not of `packed`.

    Extras that nothing but the record's data asks for are packed into one text of JSON members, so that a
    file of hundreds of columns costs hardly more memory than one of ten; `named` are those asked for.
    """
    wanted = [each for each in load_map.columns if each.field or each.extra]
    alone = [each for each in wanted if each.field or each.extra in named]
    tidied = "".join(f", {tidy_sql(f'c{each.column}', _kind(each))} AS t{each.column}" for each in wanted)
    kept = "".join(f", {kept_sql(f't{each.column}', _kind(each))} AS t{each.column}" for each in wanted)
    names = "".join(f", t{each.column}" for each in alone)
    packed = json_members({each.extra or "": f"t{each.column}" for each in wanted if each not in alone})
    shop.engine.execute(
        f"CREATE TABLE tidy AS SELECT row{names}, {packed} AS packed "
        f"FROM (SELECT row{kept} FROM (SELECT row{tidied} FROM rows))"
    )
    return [KINDS.get(_kind(each), _text)(shop, each) for each in alone]


def json_members(columns: Mapping[str, str]) -> str:
    """Return SQL for the members of a JSON object, without its braces; those without a value are left out."""
    members = "".join(
        f", {literal(json.dumps(name, ensure_ascii=False) + ':')} || {_json_text(column)}"
        for name, column in columns.items()
    )
    return f"nullif(concat_ws(','{members}), '')" if members else "NULL::VARCHAR"


def _json_text(column: str) -> str:
    """Return SQL for a text as JSON; the engine's own function takes much memory, so only where it must."""
    special = f"regexp_matches({column}, '[\"\\\\\\x00-\\x1f]')"
    return f"CASE WHEN {special} THEN CAST(to_json({column}) AS VARCHAR) ELSE '\"' || {column} || '\"' END"


def _kind(column: MappedColumn) -> str:
    return BY_KEY[column.field].kind if column.field else "extra"


def _text(_: Workshop, column: MappedColumn) -> Cell:
    raw = f"t{column.column}"
    return Cell(column.field or column.extra or "", column.header, _kind(column), raw, raw)


def _phone(shop: Workshop, column: MappedColumn) -> Cell:
    raw, look = f"t{column.column}", f"look{column.column}"
    plain = plain_numbers(raw, shop.region)
    rest = f"SELECT {raw} FROM tidy" + (f" WHERE NOT {plain.settled}" if plain else "")

    def cleaned() -> Iterator[tuple[str | None, ...]]:
        for text in distinct(shop.engine, rest):
            yield text, *clean_phone(text, shop.region)

    lookup_table(shop.engine, shop.work, look, ("raw", "value", "note"), cleaned())
    value = f"CASE WHEN {plain.settled} THEN {plain.e164} ELSE {look}.value END" if plain else f"{look}.value"
    return Cell(column.field or "", column.header, "phone", raw, value, f"{look}.note", _join(look, raw))


def _email(shop: Workshop, column: MappedColumn) -> Cell:
    raw, look = f"t{column.column}", f"look{column.column}"
    plain = plain_addresses(raw)
    rest = f"SELECT {raw} FROM tidy WHERE NOT {plain}"
    cleaned = ((text, clean_email(text)) for text in distinct(shop.engine, rest))
    lookup_table(shop.engine, shop.work, look, ("raw", "value"), cleaned)
    value = f"CASE WHEN {plain} THEN {plain_value(raw)} ELSE {look}.value END"
    return Cell(column.field or "", column.header, "email", raw, value, joins=_join(look, raw))


def _date(shop: Workshop, column: MappedColumn) -> Cell:
    raw, look = f"t{column.column}", f"look{column.column}"
    day = date_sql("day", column.date_order or "MDY")
    shop.engine.execute(
        f"CREATE TABLE {look} AS SELECT raw, strftime({day}, '%Y-%m-%d') AS value, "
        f"{_clock(time_sql('clock'))} AS clock, "
        f"nullif(regexp_extract(regexp_extract(raw, '{SPLIT}', 2), '{OFFSET}', 1), '') AS shift "
        f"FROM (SELECT raw, {date_part_sql('raw')} AS day, {time_part_sql('raw')} AS clock "
        f"FROM (SELECT DISTINCT {raw} AS raw FROM tidy WHERE {raw} IS NOT NULL))"
    )
    return Cell(column.field or "", column.header, "date", raw, f"{look}.value", joins=_join(look, raw))


def _time(shop: Workshop, column: MappedColumn) -> Cell:
    raw, look = f"t{column.column}", f"look{column.column}"
    # A spreadsheet's time may come as a day with a time; its day means nothing here.
    text = f"coalesce(nullif({time_part_sql('raw')}, ''), raw)"
    shop.engine.execute(
        f"CREATE TABLE {look} AS SELECT raw, {_clock(time_sql('clock'))} AS value "
        f"FROM (SELECT raw, {text} AS clock "
        f"FROM (SELECT DISTINCT {raw} AS raw FROM tidy WHERE {raw} IS NOT NULL))"
    )
    return Cell(column.field or "", column.header, "time", raw, f"{look}.value", joins=_join(look, raw))


def _clock(moment: str) -> str:
    """Return SQL that writes a TIME as 09:30, with seconds only where there are any."""
    return f"regexp_replace(strftime(DATE '2000-01-01' + {moment}, '%H:%M:%S'), ':00$', '')"


def _full_name(shop: Workshop, column: MappedColumn) -> Cell:
    """Bring in the table of names that need nameparser; `name_part` says what the parts are."""
    raw, look = f"t{column.column}", f"look{column.column}"
    rest = f"SELECT {raw} FROM tidy WHERE NOT {plain_name(raw)}"
    cleaned = ((text, *split_name(text)) for text in distinct(shop.engine, rest))
    lookup_table(shop.engine, shop.work, look, ("raw", *NAME_PARTS), cleaned)
    return Cell("full_name", column.header, "full_name", raw, raw, joins=_join(look, raw))


def name_part(cell: Cell, part: str) -> str:
    """Return SQL for the first, middle or last name in a full name's cell."""
    look = f"look{cell.raw[1:]}"
    plain = {
        "first_name": f"split_part({cell.raw}, ' ', 1)",
        "middle_name": "NULL",
        "last_name": f"split_part({cell.raw}, ' ', 2)",
    }
    return f"CASE WHEN {plain_name(cell.raw)} THEN {plain[part]} ELSE {look}.{part} END"


def _state(_: Workshop, column: MappedColumn) -> Cell:
    raw = f"t{column.column}"
    codes = ", ".join(literal(code) for code in sorted(STATE_CODES))
    names = " ".join(f"WHEN {literal(name)} THEN {literal(code)}" for name, code in STATES.items())
    by_name = f"CASE lower({raw}) {names} ELSE {raw} END"
    value = f"CASE WHEN upper({raw}) IN ({codes}) THEN upper({raw}) ELSE {by_name} END"
    return Cell("state", column.header, "state", raw, value)


def _zip(_: Workshop, column: MappedColumn) -> Cell:
    """Give back the zeros that a spreadsheet took: 2134 is 02134, 2134.0 too; ZIP+4 keeps its four."""
    raw = f"t{column.column}"
    whole = f"regexp_replace({raw}, '\\.0+$', '')"
    value = (
        f"CASE WHEN regexp_full_match({whole}, '\\d{{3,5}}') THEN lpad({whole}, 5, '0') "
        f"WHEN regexp_full_match({whole}, '\\d{{8,9}}') "
        f"THEN regexp_replace(lpad({whole}, 9, '0'), '^(\\d{{5}})(\\d{{4}})$', '\\1-\\2') "
        f"WHEN regexp_full_match({whole}, '\\d{{3,4}}-\\d{{4}}') THEN lpad({whole}, 10, '0') "
        f"ELSE upper({raw}) END"
    )
    return Cell("zip", column.header, "zip", raw, value)


def _id(_: Workshop, column: MappedColumn) -> Cell:
    raw = f"t{column.column}"
    return Cell("external_id", column.header, "id", raw, f"regexp_replace({raw}, '^(\\d+)\\.0$', '\\1')")


def _join(look: str, raw: str) -> str:
    return f"LEFT JOIN {look} ON {look}.raw = {raw}"


KINDS: dict[str, Callable[[Workshop, MappedColumn], Cell]] = {
    "phone": _phone,
    "email": _email,
    "date": _date,
    "time": _time,
    "full_name": _full_name,
    "state": _state,
    "zip": _zip,
    "id": _id,
}
