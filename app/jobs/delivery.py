"""Filling, dispatching and reconciling, rung by the queue or the clock."""

from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

from flask import current_app

from app.config import Settings
from app.domain.delivery import dispatch, filling, lanes, reconciling
from app.domain.delivery.accounts import text_account
from app.domain.delivery.handing_over import build_courier
from app.domain.tenancy.companies import company_by_id
from app.providers.build import build_text_provider
from app.queue import JobName, answered, ring_once
from app.unit_of_work import transaction

TURN: Final = 5.0
"""Seconds that one lane, or one company's filling, is served before the next one's turn."""

OVERLAPPING: Final = 2
"""Batches of a lane under way at a time: while one is being sent, the other is claimed or recorded."""


def fill_queue(company_id: int) -> None:
    """Render the company's due messages into the queue, ringing for each lane that has something to do."""
    answered(JobName.FILL_QUEUE, company_id)
    until = monotonic() + TURN
    while monotonic() < until:
        with transaction(company_id):
            filled = filling.fill_queue()
        if not filled:
            return
        for lane_id in filled:
            ring_lane(company_id, lane_id)
    ring_once(JobName.FILL_QUEUE, company_id)


def dispatch_lane(company_id: int, lane_id: int) -> None:
    """Send what waits in a lane until it is empty or its turn is over; then the next lane has its turn."""
    settings = _settings()
    answered(JobName.DISPATCH_LANE, company_id, lane_id)
    with transaction(company_id):
        lane, company = lanes.begin_serving(lane_id), company_by_id(company_id)
    if lane is None:
        return
    courier = build_courier(settings, company, lane.channel)
    until = monotonic() + TURN

    def serve() -> bool:
        while monotonic() < until:
            if not dispatch.send_batch(lambda: transaction(company_id), lane, courier, settings.delivery):
                return False
        return True

    try:
        with ThreadPoolExecutor(OVERLAPPING) as threads:
            turns = [threads.submit(serve) for _ in range(OVERLAPPING)]
    finally:
        courier.close()
    went_on = [turn.result() for turn in turns]
    if any(went_on):
        ring_lane(company_id, lane_id)


def reconcile(company_id: int) -> None:
    """Find out what became of attempts that nobody finished."""
    settings = _settings()
    answered(JobName.RECONCILE, company_id)
    waits = settings.delivery
    with transaction(company_id):
        reconciling.expire_leases(waits)
    with transaction(company_id):
        lost, company = reconciling.take_lost(waits), company_by_id(company_id)
    if not lost:
        return
    provider = build_text_provider(text_account(settings, company))
    try:
        found = reconciling.look_up(provider, lost)
    finally:
        provider.close()
    with transaction(company_id):
        reconciling.decide(lost, found, waits)


def ring_lane(company_id: int, lane_id: int) -> None:
    """Ring for a lane's turn, once until it comes; a bell that was lost is rung again after a lease."""
    ring_once(JobName.DISPATCH_LANE, company_id, lane_id, within=_settings().delivery.lease)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
