"""Slowing down guessing: failures only, counted in PostgreSQL, so that a Redis flush resets nothing.

Five failures are free; then the wait doubles from one second to fifteen minutes, per account and network,
and the whole account and the whole network have a ceiling of their own (RULES of the house, after NIST
SP 800-63B and ASVS 6.1.1: a growing wait, never a malicious lock-out).
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.models import Throttle
from app.unit_of_work import session

FORGET_AFTER = timedelta(hours=24)
LONGEST_WAIT = 900


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that is counted, and how many failures it has free."""

    key: str
    free: int


def subjects(account: str, network: str) -> tuple[Subject, ...]:
    """Return what one try counts against: this account from here, the account, and the network."""
    return (
        Subject(f"pair:{account}|{network}", 5),
        Subject(f"account:{account}", 100),
        Subject(f"network:{network}", 60),
    )


def seconds_to_wait(counted: tuple[Subject, ...]) -> int:
    """Return how long the next try must wait, 0 when it may be made now."""
    query = select(func.max(Throttle.blocked_until)).where(Throttle.subject.in_([one.key for one in counted]))
    until = session().scalar(query)
    return max(0, -int((clock.now() - until).total_seconds() // 1)) if until else 0


def count_failure(counted: tuple[Subject, ...]) -> None:
    """Count one failure against each subject and set its next wait."""
    now = clock.now()
    for one in counted:
        fresh = insert(Throttle).values(subject=one.key, failures=1, first_at=now, blocked_until=now)
        stale = Throttle.first_at < now - FORGET_AFTER
        counted_up = fresh.on_conflict_do_update(
            index_elements=[Throttle.subject],
            set_={
                "failures": case((stale, 1), else_=Throttle.failures + 1),
                "first_at": case((stale, now), else_=Throttle.first_at),
                "updated_at": now,
            },
        ).returning(Throttle.failures)
        total = session().scalar(counted_up) or 1
        _set_wait(one, total)


def forgive(counted: tuple[Subject, ...]) -> None:
    """Forget the failures of this account from here, after it signed in."""
    session().execute(delete(Throttle).where(Throttle.subject == counted[0].key))


def _set_wait(one: Subject, failures: int) -> None:
    over = failures - one.free
    if over < 0:
        return
    wait = min(LONGEST_WAIT, 2 ** min(over, 10))
    row = session().scalar(select(Throttle).where(Throttle.subject == one.key))
    if row is not None:
        row.blocked_until = clock.now() + timedelta(seconds=wait)
        session().flush()
