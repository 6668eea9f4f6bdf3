"""Takes a cancelled broadcast's messages out of the queue, and lets a resumed one's back in."""

from typing import Any, Final

from sqlalchemy import text

from app.domain.delivery.recording import NEVER
from app.unit_of_work import company_id, session

BATCH: Final = 5_000
WORDS: Final = "The broadcast was cancelled before this went out."

# Rows that a worker holds are left to its second look.
CLEAR_QUEUE: Final = """
WITH chosen AS (
    SELECT q.id, q.channel FROM messages m JOIN queue q ON q.company_id = :company
        AND q.channel IN ('sms', 'email', 'phone') AND q.message_id = m.id AND q.state = 'queued'
    WHERE m.company_id = :company AND m.broadcast_id = :broadcast AND m.processed IS NULL
    ORDER BY q.id LIMIT :batch FOR UPDATE OF q SKIP LOCKED),
gone AS (
    DELETE FROM queue q USING chosen WHERE q.company_id = :company AND q.channel = chosen.channel
        AND q.id = chosen.id RETURNING q.message_id),
held AS MATERIALIZED (
    SELECT m.id FROM messages m JOIN gone ON gone.message_id = m.id
    WHERE m.company_id = :company ORDER BY m.id FOR NO KEY UPDATE OF m)
UPDATE messages m SET contact_status = 'cancelled', contact_status_description = :words, processed = now(),
    updated_at = now()
FROM held WHERE m.company_id = :company AND m.id = held.id AND m.contact_status = 'queued'
"""
CLEAR_PLANNED: Final = """
UPDATE messages m SET contact_status = 'cancelled', contact_status_description = :words, processed = now(),
    updated_at = now()
FROM (SELECT id FROM messages WHERE company_id = :company AND broadcast_id = :broadcast
    AND queued_at IS NULL AND processed IS NULL ORDER BY id LIMIT :batch FOR NO KEY UPDATE SKIP LOCKED) chosen
WHERE m.company_id = :company AND m.id = chosen.id
"""
WAKE: Final = """
UPDATE queue q SET available_at = now(), updated_at = now()
FROM messages m JOIN broadcasts b ON b.company_id = :company AND b.id = m.broadcast_id
JOIN companies company ON company.id = :company AND company.active
WHERE q.company_id = :company AND q.state = 'queued' AND q.available_at = :never
    AND q.lane_id IN (SELECT id FROM lanes WHERE company_id = :company)
    AND m.company_id = :company AND m.id = q.message_id AND b.state IN ('planning', 'sending', 'cancelled')
"""


def clear_cancelled(broadcast_id: int, *, batch: int = BATCH) -> bool:
    """Cancel up to a batch of a cancelled broadcast's waiting messages; return whether there may be more.

    Works without an acting person: the trail has the one decision, not a row for each message.
    """
    cancelled = session().scalar(
        text("SELECT true FROM broadcasts WHERE company_id = :company AND id = :id AND state = 'cancelled'"),
        {"company": company_id(), "id": broadcast_id},
    )
    if not cancelled:
        return False
    named = {"company": company_id(), "broadcast": broadcast_id, "batch": batch, "words": WORDS}
    return max(_changed(statement, named) for statement in (CLEAR_QUEUE, CLEAR_PLANNED)) == batch


def _changed(statement: str, named: dict[str, Any]) -> int:
    done = session().execute(text(f"{statement} RETURNING m.id"), named)
    return len(done.all())


def wake_held() -> None:
    """Let rows that a pause had put aside wait for their turn again, where the pause is over."""
    session().execute(text(WAKE), {"company": company_id(), "never": NEVER})


def close_finished() -> None:
    """Mark broadcasts as done whose messages all came to an end."""
    session().execute(
        text(
            "UPDATE broadcasts b SET state = 'done', updated_at = now() WHERE b.company_id = :company "
            "AND b.state = 'sending' AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.company_id = :company "
            "AND m.broadcast_id = b.id AND m.processed IS NULL)"
        ),
        {"company": company_id()},
    )
