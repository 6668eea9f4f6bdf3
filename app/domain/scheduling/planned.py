"""The rows that planning writes and that every preview counts: one SELECT, so that the two cannot differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.consent.blocks import blocked_sql
from app.domain.consent.opt_outs import opted_out_sql
from app.domain.merge.templates import TemplateView
from app.domain.scheduling import hours
from app.domain.scheduling.audience import Audience
from app.unit_of_work import company_id

EMERGENCY, ORDINARY = 0, 1


@dataclass(frozen=True, slots=True)
class PlannedRows:
    """An SQL SELECT of messages as they would be, and its parameters.

    Its columns: record_id, customer_id, contact_method, template_version_id, data, to_address, contact_date,
    contact_status, flag. A person without an address for a channel has no row for it.
    """

    sql: str
    parameters: Mapping[str, Any]


def planned_rows(
    template: TemplateView,
    audience: Audience,
    channels: list[str],
    send_at: datetime,
    *,
    within: str = "true",
) -> PlannedRows:
    """Select what this template says to this audience from `send_at` (or now) on, by each of the channels.

    `within` is a further SQL condition on the record `r`.
    """
    blocked, block_parameters = blocked_sql("r")
    sql = ROWS.format(
        audience=audience.condition("r"),
        within=within,
        opens=hours.opens_sql(emergency=":emergency"),
        closes=hours.closes_sql(emergency=":emergency"),
        first_moment=hours.first_moment_sql(
            base="due.moment", zone="zones.time_zone", opens="span.opens", closes="span.closes"
        ),
        opted_out=opted_out_sql(channel="wording.channel", address=ADDRESS, category=":category"),
        blocked=blocked,
        address=ADDRESS,
    )
    chosen = [(channel, template.versions[channel].id) for channel in channels]
    return PlannedRows(
        sql,
        {
            "company": company_id(),
            "send_at": send_at,
            "emergency": template.category == "emergency",
            "category": template.category,
            "channels": [channel for channel, _ in chosen],
            "versions": [version for _, version in chosen],
            **audience.parameters(),
            **block_parameters,
        },
    )


ADDRESS = "(CASE wording.channel WHEN 'email' THEN r.email ELSE r.phone END)"

# Many people share few zones and customers, so the first allowed moment is found once for each pair. What
# was moved must not come after the event it speaks of; what was already past at the chosen time was chosen.
ROWS = """
WITH due AS (SELECT greatest(CAST(:send_at AS timestamptz), now()) AS moment),
zones AS MATERIALIZED (
    SELECT DISTINCT r.time_zone, r.customer_id FROM contact_records r WHERE {audience} AND {within}),
openings AS MATERIALIZED (
    SELECT zones.time_zone, zones.customer_id, {first_moment} AS moment
    FROM zones CROSS JOIN due JOIN companies company ON company.id = :company
    LEFT JOIN customers customer ON customer.company_id = :company AND customer.id = zones.customer_id
    CROSS JOIN LATERAL (SELECT CAST({opens} AS integer) AS opens, CAST({closes} AS integer) AS closes) span),
wording AS (
    SELECT * FROM unnest(CAST(:channels AS text[]), CAST(:versions AS bigint[])) AS w (channel, version_id)),
verdicts AS (
    SELECT r.id AS record_id, r.customer_id, wording.channel, wording.version_id, r.data,
        {address} AS address, due.moment AS due, openings.moment AS opening,
        CASE WHEN {opted_out} THEN 'opted_out' WHEN {blocked} THEN 'blocked'
            WHEN openings.moment IS NULL THEN 'window_missed'
            WHEN openings.moment > due.moment AND r.event_at >= due.moment AND r.event_at < openings.moment
                THEN 'window_missed'
            WHEN openings.moment > due.moment THEN 'moved_into_window' END AS flag
    FROM contact_records r CROSS JOIN due CROSS JOIN wording
    JOIN openings ON openings.time_zone = r.time_zone
        AND openings.customer_id IS NOT DISTINCT FROM r.customer_id
    WHERE {audience} AND {within} AND {address} IS NOT NULL)
SELECT record_id, customer_id, channel AS contact_method, version_id AS template_version_id, data,
    address AS to_address,
    CASE WHEN flag = 'window_missed' THEN due ELSE coalesce(opening, due) END AS contact_date,
    CASE WHEN flag IN ('opted_out', 'blocked') THEN 'suppressed' WHEN flag = 'window_missed' THEN 'expired'
        ELSE 'planned' END AS contact_status,
    flag
FROM verdicts
"""
