"""Planning and counting, rung by the queue or the clock."""

from time import monotonic
from typing import Final

from app.domain.delivery import clearing
from app.domain.scheduling import counting, planning
from app.queue import JobName, answered, ring_once
from app.unit_of_work import transaction

TURN: Final = 60.0
"""Seconds that one broadcast is planned or cleared away before others have their turn."""


def plan_broadcast(company_id: int, broadcast_id: int) -> None:
    """Bring a broadcast to where its state says: planned when it is due, cleared away when it is cancelled.

    Works a stretch at a time, so that what is planned goes out while the rest is being planned.
    """
    answered(JobName.PLAN_BROADCAST, company_id, broadcast_id)
    until, more = monotonic() + TURN, True
    while more and monotonic() < until:
        with transaction(company_id):
            more = planning.plan_next(broadcast_id) or clearing.clear_cancelled(broadcast_id)
        ring_once(JobName.FILL_QUEUE, company_id)
    if more:
        ring_once(JobName.PLAN_BROADCAST, company_id, broadcast_id)
    with transaction(company_id):
        clearing.wake_held()


def count_days(company_id: int) -> None:
    """Count again what became of the company's sendings that changed lately."""
    answered(JobName.COUNT_DAYS, company_id)
    with transaction(company_id):
        counting.count_days()
