"""Sendings at a glance: what comes, what is going out, what is done, and how today went."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app import clock
from app.domain.scheduling.sending_counts import counts_of
from app.models import Broadcast, Customer, Packet, Template, User
from app.models.statuses import FINAL
from app.unit_of_work import company_id, session

PAGE: Final = 20
OVER: Final = ("done", "cancelled")
NOT_REACHED: Final = ("undelivered", "failed", "expired")
WAITING_STAGES: Final = ("received", "read")
LONGEST_LIST: Final = 30


@dataclass(frozen=True, slots=True)
class SendingLine:
    """One broadcast in a list; `by_status` counts those of its messages that may be seen here."""

    id: int
    name: str
    template: str
    audience: str
    by: str
    state: str
    send_at: datetime
    channels: Sequence[str]
    by_status: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def finished(self) -> int:
        return sum(count for status, count in self.by_status.items() if status in FINAL)

    @property
    def delivered(self) -> int:
        return self.by_status.get("delivered", 0)

    @property
    def not_reached(self) -> int:
        return sum(self.by_status.get(status, 0) for status in NOT_REACHED)


@dataclass(frozen=True, slots=True)
class Sendings:
    """The three lists of the page; `older` is the cursor of the next page of what is done, or None."""

    upcoming: list[SendingLine]
    going: list[SendingLine]
    done: list[SendingLine]
    older: int | None

    @property
    def nothing(self) -> bool:
        return not (self.upcoming or self.going or self.done)


def sendings(*, before: int | None = None) -> Sendings:
    """Return what comes (soonest first), what is going out, and what is done (newest first, in pages)."""
    done = _lines().where(Broadcast.state.in_(OVER)).order_by(Broadcast.id.desc()).limit(PAGE + 1)
    if before is not None:
        done = done.where(Broadcast.id < before)
    found = _read(done)
    older = found[PAGE - 1].id if len(found) > PAGE else None
    if before is not None:
        return Sendings([], [], found[:PAGE], older)
    upcoming = _read(_lines().where(_is_upcoming()).order_by(Broadcast.send_at, Broadcast.id))
    return Sendings(upcoming, _read(_going()), found[:PAGE], older)


def sendings_today(zone: str) -> list[SendingLine]:
    """Return what goes out or went out on this day of the zone, soonest first; at most LONGEST_LIST."""
    begin, end = day_in(zone)
    today = and_(Broadcast.send_at >= begin, Broadcast.send_at < end)
    running = Broadcast.state.in_(("planning", "sending", "paused"))
    chosen = _lines().where(or_(today, and_(running, Broadcast.send_at < end)))
    return _read(chosen.order_by(Broadcast.send_at, Broadcast.id).limit(LONGEST_LIST))


def sendings_tomorrow(zone: str) -> list[SendingLine]:
    """Return what is to go out on the zone's next day, soonest first; at most LONGEST_LIST."""
    begin, end = day_in(zone, ahead=1)
    chosen = _lines().where(
        Broadcast.send_at >= begin, Broadcast.send_at < end, Broadcast.state != "cancelled"
    )
    return _read(chosen.order_by(Broadcast.send_at, Broadcast.id).limit(LONGEST_LIST))


def has_begun() -> bool:
    """Tell whether anybody here has ever uploaded a file or written a message."""
    imports = select(Packet.id).where(Packet.company_id == company_id()).exists()
    written = select(Broadcast.id).where(Broadcast.company_id == company_id()).exists()
    return bool(session().scalar(select(or_(imports, written))))


def sending_line(broadcast_id: int) -> SendingLine | None:
    """Return one broadcast as lists show it, or None where it is not to be seen here."""
    found = _read(_lines().where(Broadcast.id == broadcast_id))
    return found[0] if found else None


def made_from(request_key: str) -> int | None:
    """Return the broadcast that was made with this key, None where there is none to be seen here."""
    query = select(Broadcast.id).where(
        Broadcast.company_id == company_id(), Broadcast.request_key == request_key
    )
    return session().scalar(query)


def totals(lines: Sequence[SendingLine]) -> dict[str, int]:
    """Add up the statuses of several sendings."""
    summed: dict[str, int] = {}
    for line in lines:
        for status, count in line.by_status.items():
            summed[status] = summed.get(status, 0) + count
    return summed


def imports_waiting(limit: int = 5) -> list[Packet]:
    """Return the newest imports that are not run yet: those being read, and those that wait for a person."""
    query = select(Packet).where(Packet.company_id == company_id(), Packet.stage.in_(WAITING_STAGES))
    return list(session().scalars(query.order_by(Packet.id.desc()).limit(limit)))


def day_in(zone: str, *, ahead: int = 0) -> tuple[datetime, datetime]:
    """Return the beginning and the end of today in a zone, or of a day so many days ahead."""
    first = clock.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=ahead)
    begin, end = (datetime.combine(first + timedelta(days=days), time.min, ZoneInfo(zone)) for days in (0, 1))
    return begin, end


def _is_upcoming() -> ColumnElement[bool]:
    held_early = and_(Broadcast.state == "paused", Broadcast.planned_to == 0)
    return or_(Broadcast.state == "scheduled", held_early)


def _going() -> Select[Any]:
    held_midway = and_(Broadcast.state == "paused", Broadcast.planned_to > 0)
    running = Broadcast.state.in_(("planning", "sending"))
    return _lines().where(or_(running, held_midway)).order_by(Broadcast.send_at.desc())


def _lines() -> Select[Any]:
    by = func.trim(User.first_name + " " + User.last_name).label("by")
    return (
        select(
            Broadcast,
            Template.name.label("template"),
            Customer.name.label("customer"),
            Packet.filename.label("filename"),
            by,
        )
        .outerjoin(Template, _same(Template, Broadcast.template_id))
        .outerjoin(Customer, _same(Customer, Broadcast.customer_id))
        .outerjoin(Packet, _same(Packet, Broadcast.packet_id))
        .outerjoin(User, User.id == Broadcast.created_by)
        .where(Broadcast.company_id == company_id())
    )


def _same(table: Any, column: Any) -> ColumnElement[bool]:
    return and_(table.company_id == Broadcast.company_id, table.id == column)


def _read(query: Select[Any]) -> list[SendingLine]:
    rows = session().execute(query).all()
    counts = counts_of([row.Broadcast for row in rows])
    return [_line(row, counts.get(row.Broadcast.id, {})) for row in rows]


def _line(row: Any, by_status: dict[str, int]) -> SendingLine:
    one: Broadcast = row.Broadcast
    audience = row.filename or row.customer or "Everyone"
    return SendingLine(
        one.id,
        one.name,
        row.template or "",
        audience,
        row.by or "",
        one.state,
        one.send_at,
        one.channels,
        by_status,
    )
