"""In which zone each row's person lives, how we know, and the moment of the event in it."""

from collections.abc import Callable, Iterator, Mapping

from app.domain.ingest.cleaned_rows import RowsTable
from app.domain.ingest.cleaning.columns import Workshop
from app.domain.ingest.cleaning.lookups import distinct, lookup_table
from app.domain.ingest.cleaning.zones import zone_given, zone_of_number, zone_of_zip
from app.domain.ingest.engine import literal

UNKNOWN = "UTC"


def create_zones(
    shop: Workshop, table: RowsTable, company_zone: str, customer_zones: Mapping[int, str]
) -> None:
    """Create the table `zoned`: row, zone, origin and event_at.

    The zone is the one given, else the ZIP code's, the customer's, the company's, the area code's. An
    event without a time of day is at the beginning of its day.
    """
    given = table.first_of(table.load_map.zone_names)
    zip_code = f"left({table.first_of(('zip',))}, 5)"
    # Only +1 numbers have an area code of fixed length, so one of its numbers stands for all of them.
    area = "CASE WHEN phone LIKE '+1%' THEN left(phone, 5) || '2000000' ELSE phone END"
    _lookup(shop, "zone_given", given, zone_given)
    _lookup(shop, "zone_of_zip", f"CASE WHEN regexp_full_match({zip_code}, '\\d{{5}}') THEN {zip_code} END", zone_of_zip)
    _lookup(shop, "zone_of_area", "NULL::VARCHAR" if company_zone else area, zone_of_number)
    rows = ((str(customer), zone) for customer, zone in customer_zones.items())
    lookup_table(shop.engine, shop.work, "zone_of_customer", ("key", "zone"), rows)
    company = f"nullif({literal(company_zone)}, '')"
    day, clock = table.first_of(("appointment_date",)), table.first_of(("appointment_time",))
    shop.engine.execute(f"""
        CREATE TABLE zoned AS WITH placed AS (
            SELECT cleaned.row, {day} || ' ' || coalesce({clock}, '00:00') AS moment, shift,
                coalesce(g.zone, z.zone, u.zone, {company}, a.zone, {literal(UNKNOWN)}) AS zone,
                CASE WHEN g.zone IS NOT NULL THEN 'given' WHEN z.zone IS NOT NULL THEN 'zip'
                    WHEN u.zone IS NOT NULL THEN 'customer' WHEN {company} IS NOT NULL THEN 'company'
                    WHEN a.zone IS NOT NULL THEN 'area code' ELSE 'unknown' END AS origin
            FROM cleaned LEFT JOIN zone_given g ON g.key = {given} LEFT JOIN zone_of_zip z ON z.key = {zip_code}
                LEFT JOIN zone_of_customer u ON u.key::BIGINT = customer_id LEFT JOIN zone_of_area a ON a.key = {area})
        SELECT row, zone, origin,
            CASE WHEN shift IS NULL THEN timezone(zone, TRY_CAST(moment AS TIMESTAMP))
                ELSE TRY_CAST(moment || replace(shift, 'Z', '+00:00') AS TIMESTAMPTZ) END AS event_at
        FROM placed""")


def _lookup(shop: Workshop, name: str, key: str, find: Callable[[str], str | None]) -> None:
    def found() -> Iterator[tuple[str, str | None]]:
        for value in distinct(shop.engine, f"SELECT {key} FROM cleaned"):
            yield value, find(value)

    lookup_table(shop.engine, shop.work, name, ("key", "zone"), found())
