"""Sendings that are being planned or are going out now."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import and_, func, select

from app.models import Broadcast, Message
from app.models.statuses import FINAL
from app.unit_of_work import company_id, session

RUNNING: Final = ("planning", "sending")


@dataclass(frozen=True, slots=True)
class RunningSending:
    """`done` of `total` messages cannot change any more; `total` is 0 while they are being planned."""

    id: int
    name: str
    state: str
    done: int
    total: int


def running_sendings() -> list[RunningSending]:
    """Return the sendings of the open company that are going out and may be seen here, soonest first."""
    finished = func.count(Message.id).filter(Message.contact_status.in_(FINAL))
    query = (
        select(Broadcast.id, Broadcast.name, Broadcast.state, finished, func.count(Message.id))
        .outerjoin(
            Message,
            and_(Message.company_id == Broadcast.company_id, Message.broadcast_id == Broadcast.id),
        )
        .where(Broadcast.company_id == company_id(), Broadcast.state.in_(RUNNING))
        .group_by(Broadcast.id, Broadcast.name, Broadcast.state, Broadcast.send_at)
        .order_by(Broadcast.send_at, Broadcast.id)
    )
    return [RunningSending(*row) for row in session().execute(query)]


def count_running_sendings() -> int:
    """Return how many there are, for the header."""
    query = select(func.count()).where(Broadcast.company_id == company_id(), Broadcast.state.in_(RUNNING))
    return session().scalar(query) or 0
