"""The one list of periodic work: what is due, and what a lost doorbell or a dead worker left lying.

Each sweep lists companies first, in one look across them, and then rings a job for each; a job that is
already waiting is not rung again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from flask import current_app
from sqlalchemy import text

from app.domain.delivery import accounts, clearing, filling, lanes, reconciling
from app.domain.identity import account_mails, lost_factor, throttling
from app.domain.ingest import stages
from app.domain.responses import applying
from app.domain.scheduling import counting, due
from app.domain.tenancy.companies import all_companies
from app.jobs.delivery import ring_lane
from app.queue import JobName, ring_once
from app.unit_of_work import PLATFORM, across_companies, transaction

log = structlog.get_logger()
MONTHS_AHEAD: Final = 12
RUNG_FOR: Final = 10
_registered: set[int] = set()


@dataclass(frozen=True, slots=True)
class Periodic:
    """One piece of periodic work; `every` is in seconds."""

    every: float
    run: Callable[[], None]


def ring_due_broadcasts() -> None:
    with across_companies(reason="broadcasts that are due, or cancelled and not cleared away"):
        found = due.broadcasts_to_plan()
    for company_id, broadcast_id in found:
        ring_once(JobName.PLAN_BROADCAST, company_id, broadcast_id, within=RUNG_FOR)


def ring_due_messages() -> None:
    with across_companies(reason="messages that are due and not yet in the queue"):
        found = filling.companies_with_due_messages()
    _ring_each(JobName.FILL_QUEUE, found)


def ring_waiting_lanes() -> None:
    with across_companies(reason="lanes with rows that wait to go out"):
        found = lanes.waiting_lanes()
    for company_id, lane_id in found:
        ring_lane(company_id, lane_id)


def ring_lost_attempts() -> None:
    with across_companies(reason="attempts whose lease ran out or whose fate is unknown"):
        found = reconciling.companies_with_lost_attempts()
    _ring_each(JobName.RECONCILE, found)


def ring_waiting_updates() -> None:
    with across_companies(reason="provider events that are not applied yet"):
        found = applying.companies_with_updates()
    _ring_each(JobName.APPLY_UPDATES, found)


def ring_stuck_packets() -> None:
    with across_companies(reason="imports whose worker or doorbell was lost"):
        found = stages.stuck_packets()
    for job, company_id, packet_id in found:
        ring_once(job, company_id, packet_id, within=RUNG_FOR)


def close_broadcasts() -> None:
    with across_companies(reason="broadcasts that may be done, and rows that a pause put aside"):
        found = due.companies_with_broadcasts_under_way()
    for company_id in found:
        with transaction(company_id):
            clearing.wake_held()
            clearing.close_finished()


def ring_changed_days() -> None:
    with across_companies(reason="sendings that changed since their messages were counted"):
        found = counting.companies_to_count()
    _ring_each(JobName.COUNT_DAYS, found)


def ring_account_mails() -> None:
    with across_companies(reason="mails of the portal whose doorbell or worker was lost"):
        waiting = account_mails.any_waiting()
    if waiting:
        ring_once(JobName.SEND_ACCOUNT_MAILS, PLATFORM, within=RUNG_FOR)


def remove_due_factors() -> None:
    with across_companies(reason="second factors whose removal is due"):
        due = lost_factor.due_removals()
    for user_id in due:
        with transaction(platform=True):
            lost_factor.remove_due(user_id)


def forget_failures() -> None:
    with across_companies(reason="counted failures that no longer count"):
        throttling.forget_old()


def ensure_months() -> None:
    with across_companies(reason="the trail's partitions for the months ahead") as session:
        session.execute(text("SELECT ensure_months(:ahead)"), {"ahead": MONTHS_AHEAD})


def register_companies() -> None:
    """Tell the demo's simulator where each company's replies and events go; nothing to do in production."""
    settings = current_app.extensions["settings"]
    if not settings.is_demo:
        return
    with across_companies(reason="the demo's companies, for the simulator"):
        companies = all_companies()
    for company in companies:
        if company.id not in _registered:
            accounts.register_with_simulator(settings, company)
            _registered.add(company.id)


def _ring_each(job: JobName, companies: Sequence[int]) -> None:
    for company_id in companies:
        ring_once(job, company_id, within=RUNG_FOR)


PERIODIC: Final = (
    Periodic(1, ring_due_broadcasts),
    Periodic(1, ring_due_messages),
    Periodic(1, ring_waiting_lanes),
    Periodic(1, ring_lost_attempts),
    Periodic(2, ring_waiting_updates),
    Periodic(5, ring_stuck_packets),
    Periodic(2, close_broadcasts),
    Periodic(5, register_companies),
    Periodic(60, ring_changed_days),
    Periodic(5, ring_account_mails),
    Periodic(60, remove_due_factors),
    Periodic(3600, forget_failures),
    Periodic(6 * 3600, ensure_months),
)
