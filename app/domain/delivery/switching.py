"""Turning a company or a customer off and on again: nothing is sent meanwhile, and nothing is lost.

What was to be sent waits. Who turns sending on again says whether what became due meanwhile still goes out,
or expires: a machine cannot know whether an old message does more harm than a missing one.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select, text, update

from app.domain.audit import events
from app.domain.delivery.clearing import wake_held
from app.domain.scheduling.broadcasts import cancel_broadcast
from app.domain.tenancy.customers import customer_here
from app.errors import Conflict, NotFound
from app.models import Broadcast, Company, Customer, Grant, UserSession
from app.unit_of_work import company_id, customers, session

SEND: Final = "send"
EXPIRE: Final = "expire"
LATE: Final = {SEND: "go out late", EXPIRE: "expire"}


@dataclass(frozen=True, slots=True)
class WhatStops:
    """What turning off holds back: messages that wait, sendings under way or to come, and who is shut out."""

    messages: int
    broadcasts: int
    people: int
    signed_in: int


@dataclass(frozen=True, slots=True)
class WhatIsLate:
    """What became due while turned off: messages whose time has passed, and sendings not yet planned."""

    messages: int
    broadcasts: int


def what_stops(customer_id: int | None = None) -> WhatStops:
    """Count what stops when the open company, or one of its customers, is turned off."""
    waiting = session().scalar(text(WAITING.format(more=_of(customer_id))), _named(customer_id)) or 0
    open_now = select(func.count()).where(
        Broadcast.company_id == company_id(),
        Broadcast.state.in_(("scheduled", "planning", "sending", "paused")),
    )
    if customer_id is not None:
        open_now = open_now.where(Broadcast.customer_id == customer_id)
    people = _people(customer_id)
    signed_in = select(func.count(UserSession.user_id.distinct())).where(
        UserSession.user_id.in_(people), UserSession.kind == "signed_in", UserSession.ended_at.is_(None),
        UserSession.expires_at > func.now(),
    )  # fmt: skip
    return WhatStops(waiting, session().scalar(open_now) or 0, len(people), session().scalar(signed_in) or 0)


def what_is_late(customer_id: int | None = None) -> WhatIsLate:
    """Count what became due and did not go out, so that a person can say what is to become of it."""
    more = _of(customer_id) + " AND contact_date <= now()"
    late = session().scalar(text(WAITING.format(more=more)), _named(customer_id)) or 0
    return WhatIsLate(late, len(_overdue(customer_id)))


def turn_off(customer_id: int | None = None) -> WhatStops:
    """Turn the open company or one of its customers off, from the commit on; return what stops.

    Raises Conflict where it is off already.
    """
    stops = what_stops(customer_id)
    name = _switch(customer_id, on=False)
    if customer_id is None:
        events.record("company.turned_off", "companies", company_id(), name=name, messages=stops.messages)
    else:
        events.record("customer.turned_off", "customers", customer_id, name=name, messages=stops.messages)
    return stops


def turn_on(customer_id: int | None = None, *, late: str = SEND) -> None:
    """Turn it on again. `late` says what becomes of what fell due meanwhile: SEND lets it go out, EXPIRE not.

    Raises Conflict where it is on already.
    """
    name = _switch(customer_id, on=True)
    if late == EXPIRE:
        for broadcast_id in _overdue(customer_id):
            cancel_broadcast(broadcast_id)
        _mark_stale(customer_id)
    wake_held()
    if customer_id is None:
        events.record("company.turned_on", "companies", company_id(), name=name, late=LATE[late])
    else:
        events.record("customer.turned_on", "customers", customer_id, name=name, late=LATE[late])


WAITING: Final = (
    "SELECT count(*) FROM messages WHERE company_id = :company AND processed IS NULL "
    "AND contact_status IN ('planned', 'queued'){more}"
)


def _of(customer_id: int | None) -> str:
    return "" if customer_id is None else " AND customer_id = :customer"


def _named(customer_id: int | None) -> dict[str, Any]:
    return {"company": company_id()} | ({} if customer_id is None else {"customer": customer_id})


def _switch(customer_id: int | None, *, on: bool) -> str:
    """Claim, do not check: the row moves if it still stands where it may be moved from; return its name."""
    if customers() is not None:
        raise NotFound("This is for those who look after the whole company.")
    if customer_id is None:
        claim: Any = update(Company).where(Company.id == company_id(), Company.active.is_(not on))
        name = claim.values(active=on, updated_at=func.now()).returning(Company.name)
    else:
        customer_here(customer_id)
        claim = update(Customer).where(
            Customer.company_id == company_id(), Customer.id == customer_id, Customer.active.is_(not on)
        )
        name = claim.values(active=on, updated_at=func.now()).returning(Customer.name)
    found = session().scalar(name)
    if found is None:
        raise Conflict("Somebody else was faster: it is turned on already." if on else "It is off already.")
    return str(found)


def _mark_stale(customer_id: int | None) -> None:
    if customer_id is None:
        session().execute(update(Company).where(Company.id == company_id()).values(stale_before=func.now()))
        return
    session().execute(
        update(Customer)
        .where(Customer.company_id == company_id(), Customer.id == customer_id)
        .values(stale_before=func.now())
    )


def _overdue(customer_id: int | None) -> list[int]:
    """Return the sendings whose time came while nothing was planned; of a customer, those of it alone."""
    query = select(Broadcast.id).where(
        Broadcast.company_id == company_id(), Broadcast.state == "scheduled", Broadcast.send_at <= func.now()
    )
    if customer_id is not None:
        query = query.where(Broadcast.customer_id == customer_id)
    return list(session().scalars(query))


def _people(customer_id: int | None) -> list[int]:
    """Return who has a role here; of a customer, those to whom it alone was handed."""
    query = select(Grant.user_id).where(Grant.company_id == company_id())
    if customer_id is not None:
        query = query.where(Grant.scope == "customers", Grant.customer_ids == [customer_id])
    return sorted(set(session().scalars(query)))
