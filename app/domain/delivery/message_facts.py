"""The bare facts of one message, for programs that ask what became of it."""

from dataclasses import dataclass
from datetime import datetime

from app.errors import NotFound
from app.models import Message
from app.unit_of_work import company_id, session


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """Where a message stands; `body` is what was sent, None before it was written."""

    id: int
    customer_id: int | None
    channel: str
    status: str
    description: str
    planned_for: datetime
    queued_at: datetime | None
    processed_at: datetime | None
    changed_at: datetime
    body: str | None


def message_facts(message_id: int) -> MessageFacts:
    """Return one message that the open transaction may see; raise NotFound."""
    found = session().get(Message, (company_id(), message_id))
    if found is None:
        raise NotFound("There is no such message.")
    return MessageFacts(
        found.id, found.customer_id, found.contact_method, found.contact_status,
        found.contact_status_description, found.contact_date, found.queued_at, found.processed,
        found.updated_at, found.body,
    )  # fmt: skip
