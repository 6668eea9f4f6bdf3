"""The one order in which delivery takes rows: the queue first, then messages, each by id.

Recording, callbacks, opt-outs and cancelling meet on the same rows; taking them in one order keeps two of
them from waiting for each other.
"""

from collections.abc import Iterable

from sqlalchemy import text

from app.unit_of_work import company_id, session


def hold_queue(message_ids: Iterable[int]) -> None:
    """Take what waits in the queue of these messages until the transaction ends."""
    session().execute(
        text(
            "SELECT 1 FROM queue WHERE company_id = :company AND channel IN ('sms', 'email', 'phone') "
            "AND message_id = ANY (:ids) ORDER BY id FOR UPDATE"
        ),
        {"company": company_id(), "ids": sorted(message_ids)},
    )


def hold_messages(message_ids: Iterable[int]) -> None:
    """Take these messages until the transaction ends."""
    session().execute(
        text(
            "SELECT 1 FROM messages WHERE company_id = :company AND id = ANY (:ids) "
            "ORDER BY id FOR NO KEY UPDATE"
        ),
        {"company": company_id(), "ids": sorted(message_ids)},
    )
