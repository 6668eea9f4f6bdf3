"""Lookup tables: what Python found out about distinct values, handed to the engine in one piece."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from app.domain.ingest.engine import literal

CELL_END = "\x1f"
BATCH = 5_000


def lookup_table(
    engine: DuckDBPyConnection,
    work: Path,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | None]],
) -> None:
    """Create the table `name` of text columns from rows; an empty text becomes NULL.

    Goes through a file, because binding values one row at a time takes a millisecond each.
    """
    place = work / f"{name}.lookup"
    with place.open("w", encoding="utf-8", errors="replace", newline="") as out:
        for row in rows:
            out.write(CELL_END.join(cell or "" for cell in row) + "\n")
    kinds = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    engine.execute(
        f"CREATE TABLE {name} AS SELECT * FROM read_csv({literal(place)}, columns = {{{kinds}}}, "
        "delim = chr(31), quote = '', escape = '', header = false, auto_detect = false, nullstr = '')"
    )
    place.unlink()


def distinct(engine: DuckDBPyConnection, query: str) -> Iterator[str]:
    """Yield the distinct values of a one-column query in batches; memory does not grow with their number.

    A cursor of its own keeps the result alive while the engine is used for other things.
    """
    cursor = engine.cursor()
    cursor.execute(f"SELECT DISTINCT value FROM ({query}) AS seen (value) WHERE value IS NOT NULL")
    while batch := cursor.fetchmany(BATCH):
        for (value,) in batch:
            yield value
    cursor.close()
