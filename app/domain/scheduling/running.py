"""Sendings that are being planned or are going out now."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from app.domain.scheduling.sending_counts import counts_of
from app.models import Broadcast
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
    """Return the sendings of the open company that are going out and may be seen here, soonest first.

    Large ones stand as they did within the last minute.
    """
    query = (
        select(Broadcast)
        .where(Broadcast.company_id == company_id(), Broadcast.state.in_(RUNNING))
        .order_by(Broadcast.send_at, Broadcast.id)
    )
    running = session().scalars(query).all()
    counts = counts_of(running)
    return [_running(one, counts.get(one.id, {})) for one in running]


def count_running_sendings() -> int:
    """Return how many there are, for the header."""
    query = select(func.count()).where(Broadcast.company_id == company_id(), Broadcast.state.in_(RUNNING))
    return session().scalar(query) or 0


def _running(one: Broadcast, by_status: dict[str, int]) -> RunningSending:
    done = sum(count for status, count in by_status.items() if status in FINAL)
    return RunningSending(one.id, one.name, one.state, done, sum(by_status.values()))
