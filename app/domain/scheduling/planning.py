"""Turns a due broadcast into messages, a stretch of its audience at a time.

Each stretch is one INSERT … SELECT in a transaction of its own: it can be interrupted anywhere, begun again,
or met by a second planner, and the unique key still lets every message exist once.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from app.domain.audit import events
from app.domain.merge.templates import template_view
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.joins import join_by_hash
from app.domain.scheduling.planned import EMERGENCY, ORDINARY, planned_rows
from app.models.statuses import FINAL_SQL
from app.unit_of_work import company_id, session

STRETCH: Final = 10_000
EARLY: Final = "60 seconds"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records by id: those after `after`, up to `upto`; `people` is how many of them the audience has."""

    after: int
    upto: int | None
    people: int
    without: dict[str, int]


def plan_next(broadcast_id: int, *, stretch: int = STRETCH) -> bool:
    """Plan the next stretch of a due broadcast; return whether there is more to plan.

    Does nothing to one that is not due, planned, paused, cancelled, or being planned by someone else.
    """
    broadcast = _take(broadcast_id)
    if broadcast is None:
        return False
    audience = Audience.from_json(broadcast.audience)
    found = _stretch(audience, broadcast.planned_to, stretch)
    if found.upto is not None:
        _insert(broadcast, audience, found)
    _note(broadcast_id, found, broadcast.counts)
    if found.people == stretch:
        return True
    _finish(broadcast_id)
    return False


def _take(broadcast_id: int) -> Any:
    return (
        session()
        .execute(
            text(
                "SELECT id, template_id, audience, channels, send_at, planned_to, counts FROM broadcasts "
                "WHERE company_id = :company AND id = :id AND state IN ('scheduled', 'planning') "
                f"AND send_at <= now() + interval '{EARLY}' FOR UPDATE SKIP LOCKED"
            ),
            {"company": company_id(), "id": broadcast_id},
        )
        .first()
    )


def _stretch(audience: Audience, after: int, size: int) -> Stretch:
    row = (
        session()
        .execute(
            text(
                "SELECT max(id) AS upto, count(*) AS people, count(*) - count(phone) AS no_phone, "
                "count(*) - count(email) AS no_email FROM (SELECT r.id, r.phone, r.email "
                f"FROM contact_records r WHERE {audience.condition('r')} AND r.id > :after "
                "ORDER BY r.id LIMIT :size) AS stretch"
            ),
            {"company": company_id(), "after": after, "size": size, **audience.parameters()},
        )
        .one()
    )
    without = {"sms": row.no_phone, "phone": row.no_phone, "email": row.no_email}
    return Stretch(after, row.upto, row.people, without)


def _insert(broadcast: Any, audience: Audience, stretch: Stretch) -> None:
    template = template_view(broadcast.template_id)
    channels = [channel for channel in broadcast.channels if channel in template.versions]
    rows = planned_rows(
        template, audience, channels, broadcast.send_at, within="r.id > :after AND r.id <= :upto"
    )
    join_by_hash()
    session().execute(
        text(
            "INSERT INTO messages (company_id, broadcast_id, priority, record_id, customer_id, "
            "contact_method, template_version_id, data, to_address, contact_date, contact_status, flag, "
            "processed) "
            "SELECT :company, :broadcast, :priority, planned.*, "
            f"CASE WHEN planned.contact_status IN {FINAL_SQL} THEN now() END FROM ({rows.sql}) AS planned "
            "ON CONFLICT DO NOTHING"
        ),
        {
            **rows.parameters,
            "broadcast": broadcast.id,
            "priority": EMERGENCY if template.category == "emergency" else ORDINARY,
            "after": stretch.after,
            "upto": stretch.upto,
        },
    )


def _note(broadcast_id: int, stretch: Stretch, counts: dict[str, Any]) -> None:
    missing = counts.get("no_address", {})
    people = counts.get("people", 0) + stretch.people
    no_address = {channel: missing.get(channel, 0) + count for channel, count in stretch.without.items()}
    session().execute(
        text(
            "UPDATE broadcasts SET state = 'planning', planned_to = coalesce(:upto, planned_to), "
            "counts = counts || jsonb_build_object('people', CAST(:people AS bigint), 'no_address', "
            "jsonb_build_object('sms', CAST(:sms AS bigint), 'phone', CAST(:phone AS bigint), "
            "'email', CAST(:email AS bigint))) WHERE company_id = :company AND id = :id"
        ),
        {"company": company_id(), "id": broadcast_id, "upto": stretch.upto, "people": people, **no_address},
    )


def _finish(broadcast_id: int) -> None:
    named = {"company": company_id(), "id": broadcast_id}
    session().execute(
        text(
            "UPDATE broadcasts SET state = 'sending', planned_at = now(), updated_at = now() "
            "WHERE company_id = :company AND id = :id"
        ),
        named,
    )
    messages = session().scalar(
        text("SELECT count(*) FROM messages WHERE company_id = :company AND broadcast_id = :id"), named
    )
    events.record("broadcast.planned", "broadcasts", broadcast_id, name=_name(named), messages=messages)


def _name(named: dict[str, int]) -> Any:
    return session().scalar(
        text("SELECT name FROM broadcasts WHERE company_id = :company AND id = :id"), named
    )
