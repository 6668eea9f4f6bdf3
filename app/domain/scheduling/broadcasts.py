"""Broadcasts: one-off sendings by a person to an audience, now or later, and what can be done to them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.domain.audit import events
from app.domain.merge.templates import TemplateView, template_view
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.progress import Progress, progress
from app.domain.scheduling.summary import AudienceSummary, summarise, usable_channels
from app.errors import Conflict, NotFound, Rejected
from app.models import Broadcast, Packet
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import company_id, session

__all__ = [
    "Audience",
    "AudienceSummary",
    "Progress",
    "broadcast_view",
    "cancel_broadcast",
    "create_broadcast",
    "pause_broadcast",
    "progress",
    "recent_broadcasts",
    "resume_broadcast",
    "summarise",
]
SOON: Final = timedelta(minutes=1)


def create_broadcast(
    *,
    name: str,
    template_id: int,
    audience: Audience,
    channels: Sequence[str],
    send_at: datetime,
    by: int | None,
    request_key: str,
) -> Broadcast:
    """Schedule a broadcast for an aware moment and return it; the same request key returns the first one.

    One that is due within a minute is planned right after the commit. Raises NotFound for a template, packet
    or customer that is not to be seen here, Rejected where they do not go together.
    """
    if send_at.tzinfo is None:
        raise ValueError("send_at needs a zone.")
    template = template_view(template_id)
    chosen = usable_channels(template, channels)
    values = {
        "company_id": company_id(),
        "customer_id": _owner(template, audience),
        "template_id": template_id,
        "packet_id": audience.packet_id,
        "name": name.strip() or template.name,
        "audience": audience.as_json(),
        "channels": chosen,
        "send_at": send_at,
        "request_key": request_key,
        "created_by": by,
    }
    made = session().scalar(insert(Broadcast).values(values).on_conflict_do_nothing().returning(Broadcast.id))
    if made is None:
        return _by_request_key(request_key)
    events.record("broadcast.scheduled", "broadcasts", made, name=values["name"], send_at=send_at.isoformat())
    if send_at <= clock.now() + SOON:
        enqueue_after_commit(JobName.PLAN_BROADCAST, company_id(), made)
    return broadcast_view(made)


def broadcast_view(broadcast_id: int) -> Broadcast:
    """Return one broadcast that the open transaction may see; raise NotFound."""
    found = session().get(Broadcast, (company_id(), broadcast_id), populate_existing=True)
    if found is None:
        raise NotFound("There is no such broadcast.")
    return found


def recent_broadcasts(*, limit: int = 20) -> list[Broadcast]:
    """Return the newest broadcasts that the open transaction may see."""
    query = select(Broadcast).where(Broadcast.company_id == company_id())
    return list(session().scalars(query.order_by(Broadcast.id.desc()).limit(limit)))


def cancel_broadcast(broadcast_id: int) -> Broadcast:
    """Stop a broadcast for good; raise Conflict where it is already over.

    Takes effect at the commit: what is about to be handed over looks once more. What the providers already
    have goes on its way.
    """
    broadcast = _move(broadcast_id, ("scheduled", "planning", "sending", "paused"), "cancelled")
    waiting = session().scalar(
        text(
            "SELECT count(*) FROM messages WHERE company_id = :company AND broadcast_id = :id "
            "AND processed IS NULL AND contact_status IN ('planned', 'queued')"
        ),
        {"company": company_id(), "id": broadcast_id},
    )
    events.record("broadcast.cancelled", "broadcasts", broadcast_id, name=broadcast.name, messages=waiting)
    enqueue_after_commit(JobName.PLAN_BROADCAST, company_id(), broadcast_id)
    return broadcast


def pause_broadcast(broadcast_id: int) -> Broadcast:
    """Hold a broadcast back until it is resumed; raise Conflict where there is nothing to hold."""
    broadcast = _move(broadcast_id, ("scheduled", "planning", "sending"), "paused")
    events.record("broadcast.paused", "broadcasts", broadcast_id, name=broadcast.name)
    return broadcast


def resume_broadcast(broadcast_id: int) -> Broadcast:
    """Let a paused broadcast go on from where it stood; raise Conflict where it is not paused."""
    planned = broadcast_view(broadcast_id).planned_at is not None
    broadcast = _move(broadcast_id, ("paused",), "sending" if planned else "scheduled")
    events.record("broadcast.resumed", "broadcasts", broadcast_id, name=broadcast.name)
    enqueue_after_commit(JobName.PLAN_BROADCAST, company_id(), broadcast_id)
    return broadcast


def _move(broadcast_id: int, before: tuple[str, ...], after: str) -> Broadcast:
    """Claim, do not check: the row moves if it still stands where it may be moved from."""
    moved = session().execute(
        text(
            "UPDATE broadcasts SET state = :after, updated_at = now() "
            "WHERE company_id = :company AND id = :id AND state = ANY (:before) RETURNING id"
        ),
        {"company": company_id(), "id": broadcast_id, "before": list(before), "after": after},
    )
    is_moved = moved.first() is not None
    broadcast = broadcast_view(broadcast_id)
    if not is_moved:
        raise Conflict(f"“{broadcast.name}” is {broadcast.state} and can no longer be changed this way.")
    return broadcast


def _owner(template: TemplateView, audience: Audience) -> int | None:
    """Return the customer the broadcast belongs to, None for the whole company."""
    owner = audience.customer_id
    if audience.packet_id is not None:
        packet = session().get(Packet, (company_id(), audience.packet_id))
        if packet is None:
            raise NotFound("There is no such import.")
        owner = owner if owner is not None else packet.customer_id
    if template.customer_id is not None and template.customer_id != owner:
        raise Rejected(f"“{template.name}” belongs to another part of the company.", field="template_id")
    return owner


def _by_request_key(request_key: str) -> Broadcast:
    found = session().scalar(
        select(Broadcast).where(Broadcast.company_id == company_id(), Broadcast.request_key == request_key)
    )
    if found is None:
        raise Conflict("This was already sent by someone else.")
    return found
