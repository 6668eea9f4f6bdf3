"""DuckDB as this room uses it: few threads, bounded memory, its spill beside the result."""

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

import duckdb

MEMORY = "80MB"
# For the rare file of hundreds of columns: an expression over a column holds a vector for each step.
ROOMY = "448MB"
THREADS = 2
Settings = dict[str, str | bool | int | float | list[str]]
LEAST_ROW_GROUP, MOST_ROW_GROUP, CELLS_IN_ROW_GROUP = 2_048, 10_240, 400_000
QUESTIONS: Settings = {"threads": 1, "memory_limit": "128MB", "enable_external_file_cache": False}
IDLE = 2  # engines a process keeps open between two questions
_idle: deque[tuple[int, duckdb.DuckDBPyConnection]] = deque()


@contextmanager
def bounded_engine(
    work: Path, *, memory: str = MEMORY, threads: int = THREADS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine whose spill lives in `work`, which is removed at the end."""
    rmtree(work, ignore_errors=True)  # left by a machine that stopped in the middle
    work.mkdir(parents=True)
    # Row groups may be written in any order: each holds neighbouring rows, which is all that look-ups need.
    settings: Settings = {
        "threads": threads,
        "memory_limit": memory,
        "temp_directory": str(work / "spill"),
        "preserve_insertion_order": False,
    }
    try:
        with duckdb.connect(config=settings) as engine:
            yield engine
    finally:
        rmtree(work, ignore_errors=True)


@contextmanager
def lent_engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Lend an engine of this process to one borrower at a time, for a question to a packet's files.

    Opening an engine costs more than most questions. Whoever makes a table in it drops it again; one whose
    borrower failed is not lent a second time.
    """
    engine = _idle_engine() or duckdb.connect(config=QUESTIONS)
    try:
        yield engine
    except BaseException:
        engine.close()
        raise
    if len(_idle) < IDLE:
        _idle.append((os.getpid(), engine))
    else:
        engine.close()


def _idle_engine() -> duckdb.DuckDBPyConnection | None:
    """Return an engine that nobody uses; those that a forked child inherited are not its own."""
    while True:
        try:
            owner, engine = _idle.popleft()
        except IndexError:
            return None
        if owner == os.getpid():
            return engine


def literal(value: object) -> str:
    """Return a text as an SQL literal, for the places where DuckDB takes no bound value."""
    return "'" + str(value).replace("'", "''") + "'"


def row_group(cells: int) -> int:
    """Return how many rows of that many cells make a row group.

    Row groups are small, so that looking up one row reads little, and smaller yet in wide tables, because
    each thread holds one in memory while it writes.
    """
    return max(LEAST_ROW_GROUP, min(MOST_ROW_GROUP, CELLS_IN_ROW_GROUP // max(1, cells)))


def parquet_options(rows: int) -> str:
    """Return the options of a Parquet file whose row groups have that many rows."""
    return f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {rows})"
