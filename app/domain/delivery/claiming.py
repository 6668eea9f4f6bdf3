"""Takes a batch of a lane's waiting rows for one attempt: whoever's UPDATE matched a row works on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from app.domain.delivery.lanes import LaneView
from app.domain.scheduling.joins import join_by_hash
from app.unit_of_work import company_id, session


@dataclass(frozen=True, slots=True)
class Claimed:
    """One row that is ours until its lease ends. `attempts` counts this one, too.

    `closes_in` is the time in seconds until this person may no longer be contacted today; the gates set it.
    """

    message_id: int
    attempt_id: UUID
    channel: str
    from_address: str
    to_address: str
    reply_to: str | None
    message_data: Mapping[str, Any]
    attempts: int
    closes_in: int | None = None


CLAIM: Final = """
WITH chosen AS MATERIALIZED (
    SELECT id FROM queue WHERE company_id = :company AND channel = :channel AND lane_id = :lane
        AND state = 'queued' AND available_at <= now()
        AND (SELECT l.paused_reason = '' OR l.paused_until <= now() FROM lanes l
            WHERE l.company_id = :company AND l.id = :lane)
    ORDER BY available_at, id LIMIT :batch FOR UPDATE SKIP LOCKED)
UPDATE queue q SET state = 'claimed', attempt_id = gen_random_uuid(), attempts = q.attempts + 1, looks = 0,
    claimed_at = clock_timestamp(), lease_until = clock_timestamp() + make_interval(secs => :lease),
    updated_at = now()
WHERE q.company_id = :company AND q.channel = :channel AND q.id = ANY (ARRAY(SELECT id FROM chosen))
RETURNING q.message_id, q.attempt_id, q.channel, q.from_address, q.to_address, q.reply_to, q.message_data,
    q.attempts
"""
TELL: Final = """
UPDATE messages m SET contact_status = 'claimed', attempt_id = t.attempt_id, attempts = t.attempts,
    updated_at = now()
FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS uuid[]), CAST(:numbers AS smallint[]))
    AS t (id, attempt_id, attempts)
WHERE m.company_id = :company AND m.id = ANY (:ids) AND m.id = t.id AND m.contact_status = 'queued'
"""


def claim(lane: LaneView, *, batch: int, lease: int) -> list[Claimed]:
    """Claim up to `batch` rows of the lane for `lease` seconds by the database's clock, the oldest first.

    A lane that was paused meanwhile gives none.
    """
    named = {
        "company": company_id(),
        "channel": lane.channel,
        "lane": lane.id,
        "batch": batch,
        "lease": lease,
    }
    claimed = [Claimed(*row) for row in session().execute(text(CLAIM), named)]
    if claimed:
        join_by_hash()
        session().execute(
            text(TELL),
            {
                "company": company_id(),
                "ids": [one.message_id for one in claimed],
                "attempts": [one.attempt_id for one in claimed],
                "numbers": [one.attempts for one in claimed],
            },
        )
    return claimed
