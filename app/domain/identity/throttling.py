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

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    case,
    column,
    delete,
    func,
    literal,
    select,
    values,
)
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
    return 0 if _count(counted[:1], unless_waiting=counted) else max(1, seconds_to_wait(counted))


def count_failure(counted: Sequence[Subject]) -> None:
    """Count one failure against each subject and set its next wait."""
    _count(counted)


def forgive(*counted: Sequence[Subject]) -> None:
    """Forget the failures of this account from here, after a success."""
    session().execute(delete(Throttle).where(Throttle.subject.in_([one[0].key for one in counted])))


def forget_old() -> int:
    """Remove what no longer counts; return how many there were."""
    old = clock.now() - DAY
    gone = session().execute(
        delete(Throttle)
        .where(Throttle.first_at < old, Throttle.blocked_until < clock.now())
        .returning(Throttle.id)
    )
    return len(gone.all())


def _count(counted: Sequence[Subject], *, unless_waiting: Sequence[Subject] = ()) -> bool:
    """Count against each subject in one statement; not while any of `unless_waiting` must wait.

    Say whether it was counted. Subjects stand in the same order everywhere, so that no two tries wait for
    each other in a ring.
    """
    now = clock.now()
    fresh = insert(Throttle).from_select(
        ["subject", "failures", "first_at", "blocked_until"], _rows(counted, unless_waiting, now)
    )
    failures = case((_is_stale(counted, now), 1), else_=Throttle.failures + 1)
    first_at = case((_is_stale(counted, now), now), else_=Throttle.first_at)
    until = [(Throttle.subject == one.key, _until(one, failures, first_at, now)) for one in counted]
    done = fresh.on_conflict_do_update(
        index_elements=[Throttle.subject],
        set_={
            "failures": failures,
            "first_at": first_at,
            "blocked_until": case(*until, else_=Throttle.blocked_until),
            "updated_at": now,
        },
        where=Throttle.blocked_until <= now if unless_waiting else None,
    )
    return session().execute(done.returning(Throttle.id)).first() is not None


def _rows(counted: Sequence[Subject], unless_waiting: Sequence[Subject], now: datetime) -> Select[Any]:
    """Select a first failure for each subject; nothing while one of the others must wait."""
    keys = values(column("subject", Text), column("place", Integer), name="tried").data(
        [(one.key, place) for place, one in enumerate(counted)]
    )
    at = literal(now, DateTime(timezone=True))
    rows = select(keys.c.subject, literal(1), at, at).order_by(keys.c.place)
    if not unless_waiting:
        return rows
    waiting = select(Throttle.id).where(
        Throttle.subject.in_([one.key for one in unless_waiting]), Throttle.blocked_until > now
    )
    return rows.where(~waiting.exists())


def _is_stale(counted: Sequence[Subject], now: datetime) -> ColumnElement[bool]:
    """Say whether what a row counted lies too far back."""
    since = case(*((Throttle.subject == one.key, literal(now - one.within)) for one in counted))
    return Throttle.first_at < since


def _until(
    one: Subject, failures: ColumnElement[int], first_at: ColumnElement[datetime], now: datetime
) -> ColumnElement[datetime]:
    """Return until when the next try waits, after so many failures."""
    second = timedelta(seconds=1)
    growing = now + second * func.least(LONGEST_WAIT, func.power(2, func.least(failures - one.free, 10)))
    return case(
        (failures < one.free, Throttle.blocked_until), else_=growing if one.grows else first_at + one.within
    )


def _seconds_until(moment: datetime) -> int:
    """Return whole seconds, rounded up."""
    return max(0, -int((clock.now() - moment).total_seconds() // 1))
