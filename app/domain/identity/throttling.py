"""Slowing down guessing: failures only, counted in PostgreSQL, so that a Redis flush resets nothing.

Five failures are free; then the wait doubles from one second to fifteen minutes, per account and network.
An account has 100 failures in 24 hours, a network 60 in an hour (after NIST SP 800-63B and ASVS 6.1.1). That
stranger's failures lock nobody out: a browser that has signed in before has an allowance of its own, and
passwords and second factors are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.models import Throttle
from app.unit_of_work import session

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(hours=24)
LONGEST_WAIT = 900
PASSWORD = "password"  # noqa: S105  (what is counted, no password)
CODE = "code"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that is counted: how many failures it has free in which time.

    After those the next try waits: ever longer where it `grows`, else until the time is over.
    """

    key: str
    free: int
    within: timedelta
    grows: bool = False


def subjects(account: str, network: str, *, device: str = "", step: str = PASSWORD) -> tuple[Subject, ...]:
    """Return what one try counts against: this account from here, the account, and the network.

    `device` is a browser that this account has signed in with before; it counts for itself alone.
    """
    if device:
        own = f"{step}:device:{device}|{account}"
        return (Subject(own, 5, DAY, grows=True), Subject(f"day:{own}", 100, DAY))
    return (
        Subject(f"{step}:pair:{account}|{network}", 5, DAY, grows=True),
        Subject(f"{step}:account:{account}", 100, DAY),
        Subject(f"network:{network}", 60, HOUR),
    )


def seconds_to_wait(counted: Sequence[Subject]) -> int:
    """Return how long the next try must wait, 0 when it may be made now."""
    query = select(func.max(Throttle.blocked_until)).where(Throttle.subject.in_([one.key for one in counted]))
    until = session().scalar(query)
    return _seconds_until(until) if until else 0


def claim_try(counted: Sequence[Subject]) -> int:
    """Count one try against the first subject before it is made; return how long to wait where it may not be.

    Claimed and not checked: of many tries at the same moment, no more get through than one after the other.
    A try that succeeds is given back by `forgive`, one that fails is then counted against the others.
    """
    wait = seconds_to_wait(counted)
    if wait or _count(counted[0], only_free=True):
        return wait
    return max(1, seconds_to_wait(counted))


def count_failure(counted: Sequence[Subject]) -> None:
    """Count one failure against each subject and set its next wait."""
    for one in counted:
        _count(one)


def forgive(counted: Sequence[Subject]) -> None:
    """Forget the failures of this account from here, after a success."""
    session().execute(delete(Throttle).where(Throttle.subject == counted[0].key))


def forget_old() -> int:
    """Remove what no longer counts; return how many there were."""
    old = clock.now() - DAY
    gone = session().execute(
        delete(Throttle)
        .where(Throttle.first_at < old, Throttle.blocked_until < clock.now())
        .returning(Throttle.id)
    )
    return len(gone.all())


def _count(one: Subject, *, only_free: bool = False) -> bool:
    """Count against one subject; with `only_free` not while it must wait. Say whether it was counted."""
    now = clock.now()
    stale = Throttle.first_at < now - one.within
    fresh = insert(Throttle).values(subject=one.key, failures=1, first_at=now, blocked_until=now)
    counted = fresh.on_conflict_do_update(
        index_elements=[Throttle.subject],
        set_={
            "failures": case((stale, 1), else_=Throttle.failures + 1),
            "first_at": case((stale, now), else_=Throttle.first_at),
            "updated_at": now,
        },
        where=Throttle.blocked_until <= now if only_free else None,
    ).returning(Throttle.id, Throttle.failures, Throttle.first_at)
    row = session().execute(counted).first()
    if row is not None and row.failures >= one.free:
        _set_wait(one, row)
    return row is not None


def _set_wait(one: Subject, row: Any) -> None:
    growing = timedelta(seconds=min(LONGEST_WAIT, 2 ** min(row.failures - one.free, 10)))
    until = clock.now() + growing if one.grows else row.first_at + one.within
    session().execute(update(Throttle).where(Throttle.id == row.id).values(blocked_until=until))


def _seconds_until(moment: datetime) -> int:
    """Return whole seconds, rounded up."""
    return max(0, -int((clock.now() - moment).total_seconds() // 1))
