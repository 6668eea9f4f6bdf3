"""Replies of the last days that a person should answer: no opt-out or opt-in, and no plain confirmation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, select

from app import clock
from app.domain.responses.words import Meaning, meaning
from app.domain.scheduling.preview import person_name
from app.keyset import walked
from app.models import Message, MessageUpdate
from app.unit_of_work import company_id

RECENT: Final = timedelta(days=3)
LOOKED_AT: Final = 200
"""The newest replies that are read for it: a first page must not wait for a flood of them."""
LISTED: Final = 5
SETTLED: Final = frozenset({Meaning.STOP, Meaning.START})
CONFIRMING: Final = frozenset(
    {"1", "c", "confirm", "confirmed", "good", "got", "it", "k", "much", "ok", "okay", "received", "si", "so"}
    | {"sounds", "thank", "thanks", "thx", "y", "yeah", "yep", "yes", "you"}
)
"""A reply of these words alone, as “ok, thank you”, asks for nothing."""
_NOT_A_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """One reply; `person` is empty where the number is nobody's who was written to."""

    id: int
    at: datetime
    person: str
    number: str
    said: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The newest few, and how many there are; `more` where older ones were not looked at."""

    newest: Sequence[WaitingReply]
    number: int
    more: bool


def unanswered() -> Unanswered:
    """Return the replies that wait for a person, of those that the open transaction may see."""
    rows = walked(_recent())
    waiting = [row for row in rows if asks_for_answer(str(row.status.get("body") or ""))]
    return Unanswered([_reply(row) for row in waiting[:LISTED]], len(waiting), len(rows) == LOOKED_AT)


def _recent() -> Any:
    answered = and_(Message.company_id == MessageUpdate.company_id, Message.id == MessageUpdate.message_id)
    return (
        select(
            MessageUpdate.id,
            MessageUpdate.received_at,
            MessageUpdate.status,
            MessageUpdate.message_id,
            Message.data,
        )
        .outerjoin(Message, answered)
        .where(
            MessageUpdate.company_id == company_id(),
            MessageUpdate.kind == "reply",
            MessageUpdate.received_at > clock.now() - RECENT,
        )
        .order_by(MessageUpdate.id.desc())
        .limit(LOOKED_AT)
    )


def asks_for_answer(said: str) -> bool:
    """Tell whether a reply is more than an opt-out, an opt-in or a confirmation."""
    words = set(_NOT_A_WORD.sub(" ", said.casefold()).split())
    return meaning(said) not in SETTLED and not words <= CONFIRMING


def _reply(row: Any) -> WaitingReply:
    return WaitingReply(
        row.id,
        row.received_at,
        person_name(row.data) if row.data else "",
        str(row.status.get("from") or ""),
        str(row.status.get("body") or ""),
        row.message_id,
    )
