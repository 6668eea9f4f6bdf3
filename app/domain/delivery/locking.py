"""The one order in which delivery takes rows: what waits in the queue first, by id, and then the messages.

Recording, callbacks, opt-outs and cancelling meet on the same rows. A row in the queue stands for its
message: whoever has taken the one may change the other, so two of them never wait for each other.
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
