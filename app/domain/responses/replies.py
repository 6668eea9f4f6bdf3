"""Replies by text: to which message they answer, and STOP, which takes effect at once."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text

from app.domain.consent.opt_outs import opt_in, opt_out
from app.domain.delivery.locking import hold_queue
from app.domain.responses.words import Meaning, understood
from app.unit_of_work import company_id, session

LONGEST_KEPT: Final = 1_600


def apply_reply(update_id: int, said: Mapping[str, Any]) -> None:
    """Note the reply at the message it answers, and do at once what it means for consent."""
    person, body = said["from"], said["body"]
    _note(update_id, person, body[:LONGEST_KEPT])
    what = understood(said)
    if what in {Meaning.STOP, Meaning.UNCLEAR_STOP}:
        source = "reply" if what is Meaning.STOP else "unclear_reply"
        opt_out("sms", person, source=source, said=body[:LONGEST_KEPT], update_id=update_id)
        _hold_back(person)
    elif what is Meaning.START:
        opt_in("sms", person, source="reply", said=body[:LONGEST_KEPT], update_id=update_id)


def _note(update_id: int, person: str, body: str) -> None:
    """Match the reply to the latest message that this number can have received."""
    message = (
        session()
        .execute(
            text(
                "SELECT id, customer_id FROM messages WHERE company_id = :company AND to_address = :person "
                "AND contact_method = 'sms' AND attempt_id IS NOT NULL ORDER BY id DESC LIMIT 1"
            ),
            {"company": company_id(), "person": person},
        )
        .first()
    )
    named = {
        "company": company_id(),
        "id": update_id,
        "message": message.id if message else None,
        "customer": message.customer_id if message else None,
        "body": body,
    }
    session().execute(
        text(
            "UPDATE message_updates SET applied_at = now(), updated_at = now(), message_id = :message, "
            "customer_id = :customer WHERE company_id = :company AND id = :id"
        ),
        named,
    )
    if message:
        session().execute(
            text(
                "UPDATE messages SET raw_response = :body, updated_at = now() "
                "WHERE company_id = :company AND id = :message"
            ),
            named,
        )


# What a worker has already claimed is stopped by its second look, if that is still to come.
HOLD_BACK: Final = """
WITH gone AS (
    DELETE FROM queue WHERE company_id = :company AND channel = 'sms' AND state = 'queued'
        AND message_id = ANY (:ids))
UPDATE messages SET contact_status = 'suppressed', flag = 'opted_out', processed = now(), updated_at = now(),
    contact_status_description = 'The person asked not to be contacted this way.'
WHERE company_id = :company AND id = ANY (:ids) AND contact_status IN ('planned', 'queued')
"""


def _hold_back(person: str) -> None:
    ids = list(
        session().scalars(
            text(
                "SELECT id FROM messages WHERE company_id = :company AND to_address = :person "
                "AND contact_method = 'sms' AND processed IS NULL "
                "AND contact_status IN ('planned', 'queued')"
            ),
            {"company": company_id(), "person": person},
        )
    )
    if ids:
        hold_queue(ids)
        session().execute(text(HOLD_BACK), {"company": company_id(), "ids": ids})
