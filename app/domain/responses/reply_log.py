"""What people wrote back, newest first: who, what we understood, and to which message they answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, select

from app.domain.responses.unanswered import asks_for_answer
from app.domain.responses.words import Meaning, understood
from app.domain.scheduling.preview import person_name
from app.keyset import walked
from app.models import Broadcast, Customer, Message, MessageUpdate
from app.unit_of_work import company_id

PAGE: Final = 50
BATCH: Final = 200
MOST_LOOKED_AT: Final = 2_000
SETTLED: Final = frozenset({Meaning.STOP, Meaning.START})
OPT_OUTS: Final = frozenset({Meaning.STOP, Meaning.UNCLEAR_STOP})


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One reply; `message_id` is None where the number never got a message from here."""

    id: int
    at: datetime
    person: str
    number: str
    said: str
    meaning: Meaning
    message_id: int | None
    broadcast: str
    customer: str


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """`older` leads to the next page, None where there is none; `looked_at` replies were read for it."""

    lines: Sequence[ReplyLine]
    older: int | None
    looked_at: int


Wanted = Callable[[ReplyLine], bool]


def needs_answer(line: ReplyLine) -> bool:
    """Tell whether a person should read it; one that only sounds like STOP was acted on, and is read too."""
    return line.meaning not in SETTLED and asks_for_answer(line.said)


def is_opt_out(line: ReplyLine) -> bool:
    return line.meaning in OPT_OUTS


def anything(_line: ReplyLine) -> bool:
    return True


def page(wanted: Wanted = anything, *, before: int | None = None) -> ReplyPage:
    """Return the newest replies of a kind that the open transaction may see, below the id `before`.

    What a reply means is read from its words, so a page of a rare kind looks at many; it stops at
    MOST_LOOKED_AT and leads on from there.
    """
    lines: list[ReplyLine] = []
    looked_at = 0
    while looked_at < MOST_LOOKED_AT:
        rows = walked(_replies(before).limit(BATCH))
        for row in rows:
            looked_at, before = looked_at + 1, row.MessageUpdate.id
            line = _line(row)
            if wanted(line):
                lines.append(line)
            if len(lines) > PAGE:
                return ReplyPage(lines[:PAGE], lines[PAGE - 1].id, looked_at)
        if len(rows) < BATCH:
            return ReplyPage(lines, None, looked_at)
    return ReplyPage(lines, before, looked_at)


def _replies(before: int | None) -> Select[Any, Any, Any, Any]:
    def same(table: Any, column: Any) -> Any:
        return and_(table.company_id == MessageUpdate.company_id, table.id == column)

    query: Select[Any, Any, Any, Any] = (
        select(MessageUpdate, Message, Broadcast.name.label("broadcast"), Customer.name.label("customer"))
        .outerjoin(Message, same(Message, MessageUpdate.message_id))
        .outerjoin(Broadcast, same(Broadcast, Message.broadcast_id))
        .outerjoin(Customer, same(Customer, MessageUpdate.customer_id))
        .where(MessageUpdate.company_id == company_id(), MessageUpdate.kind == "reply")
        .order_by(MessageUpdate.id.desc())
    )
    return query if before is None else query.where(MessageUpdate.id < before)


def _line(row: Any) -> ReplyLine:
    update: MessageUpdate = row.MessageUpdate
    message: Message | None = row.Message
    said = update.status
    return ReplyLine(
        update.id,
        update.received_at,
        person_name(message.data) if message else "",
        str(said.get("from") or (message.to_address if message else "")),
        str(said.get("body") or ""),
        understood(said),
        message.id if message else None,
        row.broadcast or "",
        row.customer or "",
    )
