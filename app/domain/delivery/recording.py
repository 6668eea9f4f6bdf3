"""Writes down what came of attempts, a batch in a few statements, by the attempt's own id.

An attempt whose row was meanwhile given to another one matches nothing: a late writer can spoil nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import text

from app.domain.delivery.locking import hold_queue
from app.domain.scheduling.joins import join_by_hash
from app.models.statuses import FINAL_SQL, rank_sql
from app.unit_of_work import company_id, session

NEVER: Final = "9000-01-01 00:00:00+00"
"""Not until someone decides; not `infinity`, which Python cannot read."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to. A status `queued` waits again until `again_at` (text of a timestamp, or
    NEVER); `unknown` is looked up at `again_at`; anything else leaves the queue.

    `counted` is False where nothing was tried, so that the try does not count.
    """

    message_id: int
    attempt_id: UUID
    status: str
    description: str = ""
    provider_id: str | None = None
    flag: str | None = None
    again_at: str | None = None
    counted: bool = True


def record(results: Sequence[Result]) -> None:
    """Record these results; each message is written at most once, and its status only moves as it may."""
    if not results:
        return
    ids = [one.message_id for one in results]
    join_by_hash()
    hold_queue(ids)
    waiting = [one for one in results if one.status in {"queued", "unknown"}]
    settled = [one for one in results if one.status not in {"queued", "unknown"}]
    for chosen, statement in ((waiting, WAIT), (settled, SETTLE)):
        if chosen:
            session().execute(text(statement), _columns(chosen))


def _columns(results: Sequence[Result]) -> dict[str, object]:
    return {
        "company": company_id(),
        "ids": [one.message_id for one in results],
        "attempts": [one.attempt_id for one in results],
        "statuses": [one.status for one in results],
        "descriptions": [one.description for one in results],
        "providers": [one.provider_id for one in results],
        "flags": [one.flag for one in results],
        "agains": [one.again_at for one in results],
        "counted": [one.counted for one in results],
    }


TOLD: Final = """
WITH told AS (
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS uuid[]), CAST(:statuses AS text[]),
        CAST(:descriptions AS text[]), CAST(:providers AS text[]), CAST(:flags AS text[]),
        CAST(:agains AS timestamptz[]), CAST(:counted AS boolean[]))
        AS t (message_id, attempt_id, status, description, provider_id, flag, again_at, counted)),
"""
OURS: Final = (
    "q.company_id = :company AND q.channel IN ('sms', 'email', 'phone') "
    "AND q.message_id = ANY (:ids) AND q.message_id = told.message_id AND q.attempt_id = told.attempt_id"
)

# A provider's id is kept even where a callback was faster and has already moved the status further.
SETTLE: Final = f"""{TOLD}
gone AS (DELETE FROM queue q USING told WHERE {OURS} RETURNING q.message_id)
UPDATE messages m SET
    contact_status = CASE WHEN {rank_sql("told.status")} > {rank_sql("m.contact_status")}
        THEN told.status ELSE m.contact_status END,
    contact_status_description = CASE WHEN {rank_sql("told.status")} > {rank_sql("m.contact_status")}
        THEN told.description ELSE m.contact_status_description END,
    processed = CASE WHEN {rank_sql("told.status")} <= {rank_sql("m.contact_status")} THEN m.processed
        WHEN told.status IN {FINAL_SQL} THEN now() END,
    flag = coalesce(told.flag, m.flag), provider_id = coalesce(m.provider_id, told.provider_id),
    updated_at = now()
FROM told JOIN gone USING (message_id)
WHERE m.company_id = :company AND m.id = ANY (:ids) AND m.id = told.message_id
"""
WAIT: Final = f"""{TOLD}
back AS (
    UPDATE queue q SET state = told.status, updated_at = now(),
        available_at = CASE told.status WHEN 'queued' THEN coalesce(told.again_at, now())
            ELSE q.available_at END,
        lease_until = CASE told.status WHEN 'unknown' THEN told.again_at END,
        attempt_id = CASE told.status WHEN 'unknown' THEN q.attempt_id END,
        attempts = CASE WHEN told.counted THEN q.attempts ELSE q.attempts - 1 END
    FROM told WHERE {OURS} RETURNING q.message_id)
UPDATE messages m SET contact_status = told.status, contact_status_description = told.description,
    flag = coalesce(told.flag, m.flag), updated_at = now(),
    contact_date = CASE told.flag WHEN 'moved_into_window' THEN told.again_at ELSE m.contact_date END
FROM told JOIN back USING (message_id)
WHERE m.company_id = :company AND m.id = ANY (:ids) AND m.id = told.message_id
    AND m.contact_status IN ('queued', 'claimed', 'unknown')
"""
