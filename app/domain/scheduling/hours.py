"""The hours in which a person may be contacted, as SQL: zones and their changes are PostgreSQL's to know.

A window is minutes of the day in the recipient's zone, from the first to before the last; a customer's
narrows its company's. Emergencies know no hours (RULES L5).
"""

from typing import Final

OPENS: Final = (
    "(CASE WHEN {emergency} THEN 0 "
    "ELSE greatest({company}.window_from, coalesce({customer}.window_from, 0)) END)"
)
CLOSES: Final = (
    "(CASE WHEN {emergency} THEN 1440 "
    "ELSE least({company}.window_until, coalesce({customer}.window_until, 1440)) END)"
)


def opens_sql(*, emergency: str, company: str = "company", customer: str = "customer") -> str:
    """Return the minute at which the window opens; `emergency` is an SQL condition."""
    return OPENS.format(emergency=emergency, company=company, customer=customer)


def closes_sql(*, emergency: str, company: str = "company", customer: str = "customer") -> str:
    """Return the minute at which the window closes."""
    return CLOSES.format(emergency=emergency, company=company, customer=customer)


def minute_sql(moment: str, zone: str) -> str:
    """Return the minute of the day that a clock in `zone` shows at `moment`."""
    local = f"({moment} AT TIME ZONE {zone})"
    return f"(extract(hour FROM {local}) * 60 + extract(minute FROM {local}))"


def first_moment_sql(*, base: str, zone: str, opens: str, closes: str) -> str:
    """Return the first moment from `base` on within the window, or NULL where it never opens.

    Each day's opening is looked at as a clock on the wall shows it: where the clocks go forward, an hour is
    missing and the opening may fall behind the closing, so the next day is taken; where they go back, an
    hour comes twice and one of the two is chosen.
    """
    return f"""(
        SELECT min(days.moment) FROM (
            SELECT greatest({base}, ((({base} AT TIME ZONE {zone})::date + day)
                + make_interval(mins => {opens})) AT TIME ZONE {zone}) AS moment
            FROM generate_series(0, 3) AS day) AS days
        WHERE {minute_sql("days.moment", zone)} >= {opens}
            AND {minute_sql("days.moment", zone)} < {closes})"""
