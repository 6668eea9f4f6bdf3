"""The second look, just before the provider is asked: may this still go out, to this person, now?"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import text

from app.domain.consent.blocks import blocked_sql
from app.domain.consent.opt_outs import opted_out_sql
from app.domain.delivery.claiming import Claimed
from app.domain.delivery.recording import NEVER, Result, record
from app.domain.scheduling import hours
from app.models.statuses import WITH_PROVIDER
from app.unit_of_work import company_id, session

LONGEST_VALIDITY: Final = 36_000


def pass_gates(claimed: Sequence[Claimed]) -> list[Claimed]:
    """Return what may go out now; record of the rest what held it back.

    What is paused or turned off waits, what lies outside the hours waits for them, and what is cancelled,
    blocked, opted out of or too late for its event ends here. A message that a callback has meanwhile proved
    to be with the provider is not sent again.
    """
    verdicts = _ask(claimed)
    passed, held = [], []
    for one in claimed:
        row = verdicts.get(one.message_id)
        if row is not None and row.verdict == "go":
            passed.append(replace(one, closes_in=_validity(row)))
        else:
            held.append(_held(one, row))
    record(held)
    return passed


def _validity(row: Any) -> int | None:
    """Return for how long the provider may try, None where the hours never end."""
    if row.always_open:
        return None
    return max(60, min(LONGEST_VALIDITY, int(row.closes_in)))


def _held(one: Claimed, row: Any) -> Result:
    verdict = "cancelled" if row is None else row.verdict
    status, flag, words = ENDINGS.get(verdict, ("queued", None, ""))
    if verdict == "settled":
        return Result(one.message_id, one.attempt_id, row.contact_status)
    if verdict == "closed":
        flag = "moved_into_window"
    again = row.opening.isoformat() if verdict == "closed" else NEVER if status == "queued" else None
    return Result(one.message_id, one.attempt_id, status, words, None, flag, again, counted=False)


ENDINGS: Final = {
    "cancelled": ("cancelled", None, "The broadcast was cancelled before this went out."),
    "opted_out": ("suppressed", "opted_out", "The person asked not to be contacted this way."),
    "blocked": ("suppressed", "blocked", "A rule of the company says never to contact this person."),
    "stale": ("expired", None, "Its time passed while sending was turned off."),
    "missed": ("expired", "window_missed", "The hours for contacting this person ended before the event."),
}


def _ask(claimed: Sequence[Claimed]) -> dict[int, Any]:
    blocked, parameters = blocked_sql("r")
    rows = session().execute(
        text(
            GATES.format(
                opens=hours.opens_sql(emergency="template.category = 'emergency'"),
                closes=hours.closes_sql(emergency="template.category = 'emergency'"),
                minute=hours.minute_sql("now()", "r.time_zone"),
                first_moment=hours.first_moment_sql(
                    base="now()", zone="r.time_zone", opens="span.opens", closes="span.closes"
                ),
                opted_out=opted_out_sql(
                    channel="m.contact_method", address="m.to_address", category="template.category"
                ),
                blocked=blocked,
            )
        ),
        {
            "company": company_id(),
            "ids": [one.message_id for one in claimed],
            "with_provider": sorted(WITH_PROVIDER),
            **parameters,
        },
    )
    return {row.id: row for row in rows}


# Each row is looked up by its key, whatever the statistics say of a company that is new to them. The next
# opening is looked for only where the hours are over, which is rare.
GATES: Final = """
WITH looked AS (
    SELECT m.id, m.contact_status, r.event_at, span.opens = 0 AND span.closes = 1440 AS always_open,
        (span.closes - {minute}) * 60 - extract(second FROM now()) AS closes_in,
        CASE WHEN {minute} >= span.opens AND {minute} < span.closes THEN now()
            ELSE {first_moment} END AS opening,
        CASE WHEN m.contact_status = ANY (:with_provider) THEN 'settled'
            WHEN b.state = 'cancelled' THEN 'cancelled'
            WHEN b.state = 'paused' OR NOT company.active OR NOT coalesce(customer.active, true) THEN 'paused'
            WHEN m.contact_date < greatest(company.stale_before, customer.stale_before) THEN 'stale'
            WHEN {opted_out} THEN 'opted_out' WHEN {blocked} THEN 'blocked' END AS verdict
    FROM unnest(CAST(:ids AS bigint[])) AS asked (id)
    CROSS JOIN LATERAL (SELECT * FROM messages m
        WHERE m.company_id = :company AND m.id = asked.id LIMIT 1) m
    CROSS JOIN LATERAL (SELECT * FROM contact_records r
        WHERE r.company_id = :company AND r.id = m.record_id LIMIT 1) r
    CROSS JOIN LATERAL (SELECT * FROM broadcasts b
        WHERE b.company_id = :company AND b.id = m.broadcast_id LIMIT 1) b
    CROSS JOIN LATERAL (SELECT * FROM templates
        WHERE templates.company_id = :company AND templates.id = b.template_id LIMIT 1) template
    JOIN companies company ON company.id = :company
    LEFT JOIN LATERAL (SELECT * FROM customers
        WHERE customers.company_id = :company AND customers.id = m.customer_id LIMIT 1) customer ON true
    CROSS JOIN LATERAL (SELECT CAST({opens} AS integer) AS opens, CAST({closes} AS integer) AS closes) span)
SELECT id, contact_status, always_open, closes_in, opening,
    coalesce(verdict, CASE WHEN opening IS NULL THEN 'missed' WHEN opening <= now() THEN 'go'
        WHEN event_at >= now() AND event_at < opening THEN 'missed' ELSE 'closed' END) AS verdict
FROM looked
"""
