"""The first row of a file as its columns are matched now, for the message that the first person gets.

The import's own verbs clean it, a column at a time, and what a column came to is kept: so a look at the page
is a look-up, and a changed column costs the cleaning of one cell, however many rows and columns there are.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from app.domain.ingest.cleaned_rows import RowsTable
from app.domain.ingest.cleaning.columns import Workshop, cells_of
from app.domain.ingest.engine import lent_engine, literal
from app.domain.ingest.evaluate import CleaningContext
from app.domain.ingest.fields import PHONES
from app.domain.ingest.kept import kept
from app.domain.ingest.load_map import LoadMap, MappedColumn

# What one cell comes to: its own target, and those that a full name or a date fills beside it.
Values = dict[str, str | None]
CustomersByExternalId = Callable[[], dict[str, int]]


@dataclass(frozen=True, slots=True)
class FirstRow:
    """Whom the first row reaches, whose it is, and what a wording's `{data.…}` sees of it."""

    phone: str | None
    email: str | None
    customer_id: int | None
    data: dict[str, str]


def first_row(
    rows_file: Path, load_map: LoadMap, *, customer_id: int | None, customers: CustomersByExternalId
) -> FirstRow:
    """Return what the file's first row would become, even where it would be kept out.

    `customer_id` is set where the upload is for one customer; else `customers` is asked whose row it is.
    """
    values = _coalesced(_cleaned(rows_file, load_map))
    if customer_id is None:
        customer_id = _customer(rows_file, values.get(load_map.customer_name or ""), customers)
    return FirstRow(
        phone=next((values[name] for name in PHONES if values.get(name) is not None), None),
        email=values.get("email_address"),
        customer_id=customer_id,
        data={name: value for name, value in values.items() if value is not None},
    )


def prepare(rows_file: Path, load_map: LoadMap) -> None:
    """Work out what the first look at the page will ask for."""
    _cleaned(rows_file, load_map)


def _cleaned(rows_file: Path, load_map: LoadMap) -> list[tuple[str, Values]]:
    """Return each column's target, and what its first cell comes to."""
    wanted = {_key(each, load_map): each for each in load_map.columns if each.field or each.extra}

    def work_out(missing: list[str]) -> dict[str, Values]:
        columns = [wanted[key] for key in missing]
        return dict(zip(missing, _cells(rows_file, load_map, columns), strict=True))

    found = kept(rows_file, "first_row", wanted, work_out)
    return [(each.field or each.extra or "", found[key]) for key, each in wanted.items()]


def _key(column: MappedColumn, load_map: LoadMap) -> str:
    """Name all that decides what a cell comes to: its column, what it means, and how it is written."""
    meaning = f"field {column.field}" if column.field else f"extra {column.extra}"
    return f"{column.column} {meaning} {column.date_order or ''} {_region(load_map)}"


def _region(load_map: LoadMap) -> str:
    return load_map.default_region or CleaningContext.default_region


def _coalesced(cleaned: Iterable[tuple[str, Values]]) -> Values:
    """Put the cells together: a column's own value goes before what a full name or a date says of it."""
    own: Values = {}
    derived: Values = {}
    for target, values in cleaned:
        for name, value in values.items():
            (own if name == target else derived)[name] = value
    return {name: own.get(name) if own.get(name) is not None else derived.get(name) for name in own | derived}


def _cells(rows_file: Path, load_map: LoadMap, columns: list[MappedColumn]) -> list[Values]:
    """Clean the first cell of these columns."""
    part = replace(load_map, columns=tuple(columns), record_key=(), customer_column=None)
    raw = _raw(rows_file)
    with tempfile.TemporaryDirectory(dir=rows_file.parent) as work, lent_engine() as engine:
        _create_rows(engine, {f"c{each.column}": raw[each.column] if raw else None for each in columns})
        shop = Workshop(engine, Path(work), _region(load_map))
        # Each stands alone here, extras too, which a whole file's cleaning packs into one text.
        cells = cells_of(shop, part, {each.extra for each in columns if each.extra})
        found = [_values(engine, RowsTable([cell], part)) for cell in cells]
        _drop_tables(engine)
    return found


def _raw(rows_file: Path) -> list[str | None]:
    """Return the cells of the first row as the file has them."""

    def work_out(_missing: list[str]) -> dict[str, Any]:
        with lent_engine() as engine:
            row = engine.execute(f"SELECT * FROM read_parquet({literal(rows_file)}) LIMIT 1").fetchone()
        return {"cells": list(row[1:]) if row else []}

    return list(kept(rows_file, "first_row_raw", ["cells"], work_out)["cells"])


def _create_rows(engine: duckdb.DuckDBPyConnection, cells: dict[str, str | None]) -> None:
    names = ", ".join(f"?::VARCHAR AS {name}" for name in cells)
    engine.execute(f"CREATE TABLE rows AS SELECT 1 AS row, {names}", list(cells.values()))


def _values(engine: duckdb.DuckDBPyConnection, table: RowsTable) -> Values:
    """Return what one cell comes to, by the very SQL that cleans a whole file."""
    names = ", ".join(table.columns.values())
    joins = table.cells[0].joins
    row = engine.execute(f"SELECT {names} FROM (SELECT {table.selected()} FROM tidy {joins})").fetchone()
    return dict(zip(table.columns, row or (), strict=True))


def _drop_tables(engine: duckdb.DuckDBPyConnection) -> None:
    for (name,) in engine.execute("SELECT table_name FROM duckdb_tables()").fetchall():
        engine.execute(f"DROP TABLE {name}")


def _customer(rows_file: Path, external: str | None, customers: CustomersByExternalId) -> int | None:
    """Return the customer of that external id, as the whole file's cleaning finds it."""
    if external is None:
        return None
    known = {" ".join(name.split()).lower(): number for name, number in customers().items()}
    return known.get(kept(rows_file, "in_small_letters", [external], _small)[external]) if known else None


def _small(texts: list[str]) -> dict[str, Any]:
    """Write texts in small letters as the engine does, which is not for every letter as Python does."""
    with lent_engine() as engine:
        return {text: (engine.execute("SELECT lower(?)", [text]).fetchone() or (None,))[0] for text in texts}
