"""Visits of our own people: one company at a time, with a reason, for at most an hour, and on its trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.domain.access.grants import visitor_called
from app.domain.audit import events
from app.errors import Conflict, NotFound, Rejected
from app.models import Company, SupportVisit
from app.unit_of_work import company_id, session

TABLE: Final = "support_visits"
LENGTHS: Final = (15, 30, 60)
SHORTEST_REASON: Final = 10
LONGEST_REASON: Final = 300
LONGEST_TICKET: Final = 40
LISTED: Final = 50


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit as it is listed; `ended_at` is when it was over, None while it lasts."""

    id: int
    company_id: int
    company_name: str
    alias: str
    person: str
    reason: str
    ticket: str
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    raised_at: datetime | None
    raised_reason: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who visits, out of which session; `name` is kept with the visit, for the company knows no number."""

    user_id: int
    session_id: int
    name: str


def open_visit(visitor: Visitor, *, reason: str, ticket: str, minutes: int) -> int:
    """Open a visit to the company of the transaction and return its id.

    Raises Rejected for a reason that says nothing or a length that is none, and Conflict where the person
    has a visit open already: at another company, or by a press of the same moment.
    """
    reason, ticket = check_words(reason, ticket, minutes)
    now = clock.now()
    made: int | None = session().scalar(
        insert(SupportVisit)
        .values(
            company_id=company_id(), user_id=visitor.user_id, session_id=visitor.session_id,
            user_label=visitor.name, reason=reason, ticket=ticket, opened_at=now,
            ends_at=now + timedelta(minutes=minutes),
        )
        .on_conflict_do_nothing()
        .returning(SupportVisit.id)
    )  # fmt: skip
    if made is None:
        raise Conflict("You have another visit open. End it first.")
    events.record("visit.opened", TABLE, made, visitor=visitor_called(ticket), reason=reason, minutes=minutes)
    return made


def check_words(reason: str, ticket: str, minutes: int) -> tuple[str, str]:
    """Return reason and ticket without needless blanks; raise Rejected for what opens no visit."""
    reason, ticket = _reason(reason), " ".join(ticket.split())
    if minutes not in LENGTHS:
        raise Rejected("Choose how long the visit lasts.", field="minutes")
    if len(ticket) > LONGEST_TICKET:
        raise Rejected(f"A ticket has at most {LONGEST_TICKET} characters.", field="ticket")
    return reason, ticket


def raise_visit(visit_id: int, *, reason: str) -> None:
    """Let a visit change what support may change, until it ends; raise NotFound where it has ended."""
    reason = _reason(reason)
    ticket = _change(
        visit_id,
        SupportVisit.ends_at > clock.now(), SupportVisit.raised_at.is_(None),
        raised_at=clock.now(), raised_reason=reason,
    )  # fmt: skip
    if ticket is None:
        raise NotFound("This visit has ended, or was raised already.")
    events.record("visit.raised", TABLE, visit_id, visitor=visitor_called(ticket), reason=reason)


def end_visit(visit_id: int) -> None:
    """End a visit to the company of the transaction; one that has ended stays as it is."""
    ticket = _change(visit_id, ended_at=func.least(clock.now(), SupportVisit.ends_at))
    if ticket is not None:
        events.record("visit.ended", TABLE, visit_id, visitor=visitor_called(ticket))


def left_open(user_id: int) -> list[VisitView]:
    """Return the visits of this person that nobody ended, in any session; asked beside any company."""
    query = _listed().where(SupportVisit.user_id == user_id, SupportVisit.ended_at.is_(None))
    return _views(query)


def visits_of(user_id: int) -> list[VisitView]:
    """Return this person's visits, newest first; asked beside any company."""
    return _views(_listed().where(SupportVisit.user_id == user_id))


def visits_here() -> list[VisitView]:
    """Return the visits to the company of the transaction, newest first."""
    return _views(_listed().where(SupportVisit.company_id == company_id()))


def _reason(words: str) -> str:
    words = " ".join(words.split())
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise Rejected(
            f"Give a reason of {SHORTEST_REASON} to {LONGEST_REASON} characters. The company reads it.",
            field="reason",
        )
    return words


def _change(visit_id: int, *further: ColumnElement[bool], **values: Any) -> str | None:
    """Change a visit that is open; return its ticket, None where there is no such visit."""
    return session().scalar(
        update(SupportVisit)
        .where(
            SupportVisit.id == visit_id,
            SupportVisit.company_id == company_id(),
            SupportVisit.ended_at.is_(None),
            *further,
        )
        .values(updated_at=func.now(), **values)
        .returning(SupportVisit.ticket)
    )


def _listed() -> Select[SupportVisit, str, str]:
    return (
        select(SupportVisit, Company.name, Company.alias)
        .join(Company, Company.id == SupportVisit.company_id)
        .order_by(SupportVisit.id.desc())
        .limit(LISTED)
    )


def _views(query: Select[SupportVisit, str, str]) -> list[VisitView]:
    found: Sequence[Any] = session().execute(query).all()
    return [_view(*row) for row in found]


def _view(row: SupportVisit, name: str, alias: str) -> VisitView:
    over = row.ends_at if row.ends_at <= clock.now() else None
    return VisitView(
        row.id, row.company_id, name, alias, row.user_label, row.reason, row.ticket, row.opened_at,
        row.ends_at, row.ended_at or over, row.raised_at, row.raised_reason,
    )  # fmt: skip
