"""From rows and a load map to a ledger: every row cleaned, and given exactly one fate with its reason.

Works column by column inside DuckDB, so memory does not grow with the file; the same rows, map and
context always give the same ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from app.domain.ingest.blocking import Block, create_blocked
from app.domain.ingest.cleaned_rows import RowsTable, create_cleaned
from app.domain.ingest.cleaning.columns import Workshop, cells_of
from app.domain.ingest.engine import (
    MEMORY,
    ROOMY,
    THREADS,
    bounded_engine,
    literal,
    parquet_options,
    row_group,
)
from app.domain.ingest.fates import LEDGER_COLUMNS, create_doubled, ledger_query, refusal_sql
from app.domain.ingest.load_map import LoadMap
from app.domain.ingest.time_zones import create_zones

__all__ = ["Block", "CleaningContext", "Totals", "evaluate"]


@dataclass(frozen=True)
class CleaningContext:
    """What a company adds to the file: its region and zone, its blocks, its customers.

    `customer_id` is set where the upload is for one customer; else `customers_by_external_id` finds a
    row's customer. `customer_zones` are the zones of customers that have one of their own.
    """

    default_region: str = "US"
    company_zone: str = ""
    blocks: Sequence[Block] = ()
    customer_id: int | None = None
    customers_by_external_id: Mapping[str, int] = field(default_factory=dict)
    customer_zones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Totals:
    """Counts of rows: `records + refused + duplicates + blocked == rows`; `warnings` are rows with one.

    `reasons` counts the rows that became no record by what kept them out, in words.
    """

    rows: int
    records: int
    refused: int
    duplicates: int
    blocked: int
    warnings: int
    reasons: dict[str, int] = field(default_factory=dict)


def evaluate(rows_file: Path, load_map: LoadMap, *, context: CleaningContext, ledger_file: Path) -> Totals:
    """Clean and judge all rows, write the ledger (Parquet, one line a row, in order), return the counts."""
    try:
        _write_ledger(rows_file, load_map, context, ledger_file)
    except duckdb.OutOfMemoryException:
        # Hundreds of columns: rather once more, more slowly and with more room, than no import.
        _write_ledger(rows_file, load_map, context, ledger_file, memory=ROOMY, threads=1)
    return totals_of(ledger_file)


def _write_ledger(
    rows_file: Path,
    load_map: LoadMap,
    context: CleaningContext,
    ledger_file: Path,
    *,
    memory: str = MEMORY,
    threads: int = THREADS,
) -> None:
    work = ledger_file.with_name(f"{ledger_file.name}.work")
    with bounded_engine(work, memory=memory, threads=threads) as engine:
        engine.execute(f"CREATE VIEW rows AS SELECT * FROM read_parquet({literal(rows_file)})")
        shop = Workshop(engine, work, load_map.default_region or context.default_region)
        table = RowsTable(cells_of(shop, load_map, _named(load_map, context)), load_map)
        create_cleaned(
            shop,
            table,
            refusal=refusal_sql(table),
            customer_id=context.customer_id,
            customers=context.customers_by_external_id,
        )
        zones = create_zones(shop, table, context.company_zone, context.customer_zones)
        create_blocked(shop, table.columns, context.blocks)
        create_doubled(shop)
        half = work / "ledger.parquet"
        options = parquet_options(row_group(LEDGER_COLUMNS + len(load_map.columns)))
        engine.execute(f"COPY ({ledger_query(table, zones)}) TO {literal(half)} {options}")
        half.replace(ledger_file)


def _named(load_map: LoadMap, context: CleaningContext) -> set[str]:
    """Return the names of targets that keys, zones, customers or blocks ask for."""
    customer = next(
        (each.extra for each in load_map.columns if each.column == load_map.customer_column), None
    )
    criteria = {name for block in context.blocks for name in block.criteria}
    return {*load_map.record_key, *load_map.zone_names, *criteria, *([customer] if customer else [])}


def totals_of(ledger_file: Path) -> Totals:
    """Count a ledger's fates, warnings and reasons."""
    work = ledger_file.with_name(f"{ledger_file.name}.count")
    with bounded_engine(work) as engine:
        ledger = f"read_parquet({literal(ledger_file)})"
        fates = dict(engine.execute(f"SELECT fate, count(*) FROM {ledger} GROUP BY fate").fetchall())
        warned = engine.execute(f"SELECT count(*) FROM {ledger} WHERE len(warnings) > 0").fetchone() or (0,)
        reasons = engine.execute(
            f"SELECT problem, count(*) FROM {ledger} WHERE problem IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
    return Totals(
        rows=sum(fates.values()),
        records=fates.get("record", 0),
        refused=fates.get("refused", 0),
        duplicates=fates.get("duplicate", 0),
        blocked=fates.get("blocked", 0),
        warnings=warned[0],
        reasons=dict(reasons),
    )
