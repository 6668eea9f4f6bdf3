"""DuckDB as this room uses it: few threads, bounded memory, its spill beside the result."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import duckdb

MEMORY = "80MB"
THREADS = 2
Settings = dict[str, str | bool | int | float | list[str]]
ROW_GROUP = 20_480  # small, so that looking up one row reads little


@contextmanager
def bounded_engine(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine whose tables and spill live in `work`, which is removed at the end."""
    rmtree(work, ignore_errors=True)  # left by a machine that stopped in the middle
    work.mkdir(parents=True)
    # Row groups may be written in any order: each holds neighbouring rows, which is all that look-ups need.
    settings: Settings = {
        "threads": THREADS,
        "memory_limit": MEMORY,
        "temp_directory": str(work / "spill"),
        "preserve_insertion_order": False,
    }
    try:
        with duckdb.connect(config=settings) as engine:
            yield engine
    finally:
        rmtree(work, ignore_errors=True)


def literal(value: object) -> str:
    """Return a text as an SQL literal, for the places where DuckDB takes no bound value."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet_options() -> str:
    """Return the options of every Parquet file that this room writes."""
    return f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP})"
