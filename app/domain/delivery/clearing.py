"""Takes a cancelled broadcast's messages out of the queue, and lets a resumed one's back in."""

from typing import Final

from sqlalchemy import text

from app.domain.delivery.locking import hold_queue
from app.domain.delivery.recording import NEVER
from app.unit_of_work import company_id, session

BATCH: Final = 5_000
WORDS: Final = "The broadcast was cancelled before this went out."

CANCEL: Final = """
UPDATE messages SET contact_status = 'cancelled', contact_status_description = :words, processed = now(),
    updated_at = now()
WHERE company_id = :company AND id = ANY (:ids) AND contact_status IN ('planned', 'queued')
"""
WAKE: Final = """
UPDATE queue q SET available_at = now(), updated_at = now()
FROM messages m JOIN broadcasts b ON b.company_id = :company AND b.id = m.broadcast_id
JOIN companies company ON company.id = :company AND company.active
LEFT JOIN customers customer ON customer.company_id = :company AND customer.id = m.customer_id
WHERE q.company_id = :company AND q.state = 'queued' AND q.available_at = :never
    AND q.lane_id IN (SELECT id FROM lanes WHERE company_id = :company)
    AND m.company_id = :company AND m.id = q.message_id AND b.state IN ('planning', 'sending', 'cancelled')
    AND coalesce(customer.active, true)
"""


def clear_cancelled(broadcast_id: int, *, batch: int = BATCH) -> bool:
    """Cancel up to a batch of a cancelled broadcast's waiting messages; return whether there may be more.

    Works without an acting person: the trail has the one decision, not a row for each message. What a worker
    holds is left to its second look.
    """
    ids = _waiting(broadcast_id, batch)
    if not ids:
        return False
    hold_queue(ids)
    named = {"company": company_id(), "ids": ids, "words": WORDS}
    session().execute(
        text(
            "DELETE FROM queue WHERE company_id = :company AND channel IN ('sms', 'email', 'phone') "
            "AND message_id = ANY (:ids) AND state = 'queued'"
        ),
        named,
    )
    session().execute(text(CANCEL), named)
    return len(ids) == batch


def _waiting(broadcast_id: int, batch: int) -> list[int]:
    return list(
        session().scalars(
            text(
                "SELECT m.id FROM broadcasts b JOIN messages m ON m.company_id = :company "
                "AND m.broadcast_id = b.id AND m.processed IS NULL "
                "AND m.contact_status IN ('planned', 'queued') "
                "WHERE b.company_id = :company AND b.id = :id AND b.state = 'cancelled' LIMIT :batch"
            ),
            {"company": company_id(), "id": broadcast_id, "batch": batch},
        )
    )


def wake_held() -> None:
    """Let rows that a pause or a turning off had put aside wait for their turn again, once it is over."""
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
