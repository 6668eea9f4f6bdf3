"""One message in full: as the person got it, what happened to it and when, and what the provider said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from app.domain.delivery.message_log import LogLine, log_line, messages_here
from app.domain.scheduling.naming import merge_parts
from app.domain.scheduling.preview import Shown, show, shown_as
from app.domain.tenancy.shards import FoundShard, shard_rules
from app.errors import NotFound
from app.models import Customer, Flag, Message, MessageUpdate
from app.models.statuses import RANK
from app.unit_of_work import company_id, session

FAILING: Final = ("undelivered", "failed")


@dataclass(frozen=True, slots=True)
class Happening:
    """One step of a message's way: a status (or `noted`, `reply`), when, and in words what it means."""

    kind: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class RawEvent:
    """What a provider sent us, unchanged."""

    id: int
    provider: str
    at: datetime
    applied_at: datetime | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """`shown` is the message as it was sent or, before that, as it would be sent now."""

    line: LogLine
    shown: Shown
    is_sent_wording: bool
    happenings: Sequence[Happening]
    events: Sequence[RawEvent]
    provider_id: str | None
    flag: str
    attempts: int
    segments: int | None
    shard: FoundShard


def message_detail(message_id: int) -> MessageDetail:
    """Return one message that the open transaction may see; raise NotFound."""
    row = session().execute(messages_here().where(Message.id == message_id)).first()
    if row is None:
        raise NotFound("There is no such message.")
    message: Message = row.Message
    updates = _updates(message_id)
    return MessageDetail(
        log_line(row),
        _shown(row),
        message.body is not None,
        _story(message, updates),
        [RawEvent(one.id, one.provider, one.received_at, one.applied_at, one.status) for one in updates],
        message.provider_id,
        _flag_words(message.flag),
        message.attempts,
        message.segments,
        _shard(message),
    )


def _shard(message: Message) -> FoundShard:
    """Return the part of the machinery that serves the person: by their address, else their customer's."""
    rules, customer = shard_rules(), None
    if message.customer_id is not None:
        customer = session().get(Customer, (company_id(), message.customer_id))
    if customer is None:
        return rules.of_record(message.data)
    if customer.shard:
        return FoundShard(customer.shard, f"Set by hand for {customer.name}.")
    theirs = rules.find(zip_code=customer.zip, state=customer.state)
    return rules.of_record(message.data, of_customer=theirs)


def _updates(message_id: int) -> Sequence[MessageUpdate]:
    query = select(MessageUpdate).where(
        MessageUpdate.company_id == company_id(), MessageUpdate.message_id == message_id
    )
    return session().scalars(query.order_by(MessageUpdate.id)).all()


def _shown(row: Any) -> Shown:
    message, version, parts = row.Message, row.TemplateVersion, merge_parts()
    written = show(
        message.contact_method,
        body=version.body if version else "",
        subject=version.subject if version else "",
        data=message.data,
        customer_id=message.customer_id,
        to=message.to_address,
        parts=parts,
    )
    if message.body is None:
        return written
    return shown_as(
        message.contact_method,
        body=message.body,
        subject=written.subject,
        data=message.data,
        to=message.to_address,
        parts=parts,
    )


def _story(message: Message, updates: Sequence[MessageUpdate]) -> list[Happening]:
    """Tell the way in order: our own steps by their times, then the provider's word, then how it stands."""
    told = [Happening("planned", message.created_at, "")]
    if message.queued_at is not None:
        told.append(Happening("queued", message.queued_at, ""))
    told += [_happening(update) for update in updates]
    if message.contact_status not in {one.kind for one in told}:
        at = message.processed or message.updated_at
        told.append(Happening(message.contact_status, at, message.contact_status_description))
    return sorted(told, key=lambda one: (one.at, RANK.get(one.kind, len(RANK))))


def _happening(update: MessageUpdate) -> Happening:
    told = update.status
    if update.kind == "reply":
        return Happening("reply", update.received_at, str(told.get("body") or ""))
    kind, code = str(told.get("status") or "noted"), told.get("code")
    words = str(told.get("description") or "")
    if kind in FAILING and code:
        words = f"{words} (code {code})".strip()
    # The provider's bare word for what our own word has just said is left out.
    return Happening(kind, update.received_at, "" if words == words.lower() and " " not in words else words)


def _flag_words(flag: str | None) -> str:
    if flag is None:
        return ""
    return session().scalar(select(Flag.description).where(Flag.flag == flag)) or ""
