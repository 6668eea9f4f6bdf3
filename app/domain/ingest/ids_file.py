"""Reads a file of external ids in the same limited child process as any other file that people hand us."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from app.domain.ingest.engine import bounded_engine, literal
from app.domain.ingest.read import read_file
from app.domain.ingest.store import Arrived
from app.domain.tenancy.xrefs import IdLine
from app.errors import Rejected

MEGABYTES: Final = 5
ID_HEADERS: Final = ("external id", "external_id", "id", "code", "school id", "location id", "clinic id")
NAME_HEADERS: Final = ("customer", "name", "school", "clinic", "shop", "location", "customer name")


def read_ids(arrived: Arrived, *, filename: str) -> list[IdLine]:
    """Return the lines of a file with a column of external ids and one of customers' names.

    Raises Rejected with a sentence where the file cannot be read, or has no such columns.
    """
    if arrived.size > MEGABYTES << 20:
        raise Rejected(f"The file is larger than {MEGABYTES} MB, which is more than ids need.", field="file")
    rows_file = arrived.path.with_name(f"{arrived.path.name}.rows")
    try:
        reading = read_file(arrived.path, filename=filename, rows_file=rows_file)
        ids, names = _columns(reading.columns)
        return _lines(rows_file, ids, names)
    finally:
        rows_file.unlink(missing_ok=True)


def _columns(headers: Sequence[str]) -> tuple[int, int]:
    """Return which columns hold the ids and the names: by their headers, each taken once."""
    known: Mapping[str, int] = {
        header.strip().casefold().replace("-", " "): at for at, header in enumerate(headers)
    }
    ids = next((known[one] for one in ID_HEADERS if one in known), None)
    names = next((known[one] for one in NAME_HEADERS if one in known and known[one] != ids), None)
    if ids is None or names is None:
        raise Rejected(
            "The first row must name two columns, “external id” and “customer”; "
            f"this file has {', '.join(f'“{one[:30]}”' for one in headers[:6])}.",
            field="file",
        )
    return ids, names


def _lines(rows_file: Path, ids: int, names: int) -> list[IdLine]:
    with bounded_engine(rows_file.with_name(f"{rows_file.name}.engine")) as engine:
        found = engine.execute(
            f"SELECT row, trim(coalesce(c{ids}, '')), trim(coalesce(c{names}, '')) "
            f"FROM read_parquet({literal(rows_file)}) ORDER BY row"
        ).fetchall()
    return [IdLine(line, external_id, name) for line, external_id, name in found if external_id or name]
