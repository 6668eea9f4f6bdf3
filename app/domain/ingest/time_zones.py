"""In which zone each row's person lives, how we know, and the moment of the event in it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.domain.ingest.cleaned_rows import RowsTable
from app.domain.ingest.cleaning.columns import Workshop
from app.domain.ingest.cleaning.lookups import distinct, lookup_table
from app.domain.ingest.cleaning.zones import zone_given, zone_of_number, zone_of_zip
from app.domain.ingest.engine import literal

UNKNOWN = "UTC"


@dataclass(frozen=True)
class Zones:
    """SQL over the table `cleaned c`: a row's zone, its origin, its event's moment, and their joins."""

    zone: str
    origin: str
    event_at: str
    joins: str


def create_zones(
    shop: Workshop, table: RowsTable, company_zone: str, customer_zones: Mapping[int, str]
) -> Zones:
    """Create the lookup tables of zones and return the SQL that uses them.

    The zone is the one given, else the ZIP code's, the customer's, the company's, the area code's. An
    event without a time of day is at the beginning of its day.
    """
    given = table.first_of(table.load_map.zone_names)
    zip_code = f"left({table.first_of(('zip',))}, 5)"
    # Only +1 numbers have an area code of fixed length, so one of its numbers stands for all of them.
    area = "CASE WHEN phone LIKE '+1%' THEN left(phone, 5) || '2000000' ELSE phone END"
    _lookup(shop, "zone_given", given, zone_given)
    _lookup(
        shop,
        "zone_of_zip",
        f"CASE WHEN regexp_full_match({zip_code}, '\\d{{5}}') THEN {zip_code} END",
        zone_of_zip,
    )
    _lookup(shop, "zone_of_area", "NULL::VARCHAR" if company_zone else area, zone_of_number)
    rows = ((str(customer), zone) for customer, zone in customer_zones.items())
    lookup_table(shop.engine, shop.work, "zone_of_customer", ("key", "zone"), rows)
    company = f"nullif({literal(company_zone)}, '')"
    zone = f"coalesce(g.zone, z.zone, u.zone, {company}, a.zone, {literal(UNKNOWN)})"
    return Zones(
        zone=zone,
        origin="CASE WHEN g.zone IS NOT NULL THEN 'given' WHEN z.zone IS NOT NULL THEN 'zip' "
        f"WHEN u.zone IS NOT NULL THEN 'customer' WHEN {company} IS NOT NULL THEN 'company' "
        "WHEN a.zone IS NOT NULL THEN 'area code' ELSE 'unknown' END",
        event_at=_event_at(table, zone),
        joins=f"LEFT JOIN zone_given g ON g.key = {given} LEFT JOIN zone_of_zip z ON z.key = {zip_code} "
        "LEFT JOIN zone_of_customer u ON u.key::BIGINT = customer_id "
        f"LEFT JOIN zone_of_area a ON a.key = {area}",
    )


def _event_at(table: RowsTable, zone: str) -> str:
    """Return SQL for the event as TIMESTAMPTZ; an offset written in the cell itself goes before any zone."""
    day, clock = table.first_of(("appointment_date",)), table.first_of(("appointment_time",))
    moment = f"({day} || ' ' || coalesce({clock}, '00:00'))"
    return (
        f"CASE WHEN shift IS NULL THEN timezone({zone}, TRY_CAST({moment} AS TIMESTAMP)) "
        f"ELSE TRY_CAST({moment} || replace(shift, 'Z', '+00:00') AS TIMESTAMPTZ) END"
    )


def _lookup(shop: Workshop, name: str, key: str, find: Callable[[str], str | None]) -> None:
    def found() -> Iterator[tuple[str, str | None]]:
        for value in distinct(shop.engine, f"SELECT {key} FROM cleaned"):
            yield value, find(value)

    lookup_table(shop.engine, shop.work, name, ("key", "zone"), found())
