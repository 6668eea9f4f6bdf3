"""What the things on the trail are called now, asked for once a page."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import literal, select, union_all

from app.models import (
    Broadcast,
    CompanyApiKey,
    CompanyApp,
    Customer,
    IngestSource,
    LoadMapRow,
    Packet,
    Template,
)
from app.unit_of_work import company_id, session

NAMES: Final[Mapping[str, Any]] = {
    "broadcasts": Broadcast.name,
    "company_api_keys": CompanyApiKey.name,
    "company_apps": CompanyApp.name,
    "company_load_maps": LoadMapRow.load_name,
    "customers": Customer.name,
    "data_ingest_sources": IngestSource.name,
    "data_packets": Packet.filename,
    "templates": Template.name,
}


def names_of(things: Iterable[tuple[str, int | None]]) -> dict[tuple[str, int], str]:
    """Return the names of (table, id) pairs that are still there, may be seen here, and have one."""
    wanted: dict[str, set[int]] = {}
    for table, thing_id in things:
        if table in NAMES and thing_id is not None:
            wanted.setdefault(table, set()).add(thing_id)
    if not wanted:
        return {}
    queries = [
        select(literal(table).label("thing"), column.class_.id, column.label("name")).where(
            column.class_.company_id == company_id(), column.class_.id.in_(sorted(wanted[table]))
        )
        for table, column in NAMES.items()
        if table in wanted
    ]
    return {(row.thing, row.id): row.name for row in session().execute(union_all(*queries))}
