"""A company's messages of seven days, and what still goes out today and tomorrow, from the roll-up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app import clock
from app.domain.scheduling.reasons import Reason, reason_of
from app.models import DeliveryDay
from app.unit_of_work import company_id, session

DAYS: Final = 7
NOT_REACHED: Final = ("undelivered", "failed")
TO_GO: Final = ("planned", "queued", "claimed")
ON_THE_WAY: Final = ("accepted", "sent", "unknown")


@dataclass(slots=True)
class Day:
    """One day's messages by status."""

    day: date
    by_status: dict[str, int] = field(default_factory=dict)

    @property
    def delivered(self) -> int:
        return self.by_status.get("delivered", 0)

    @property
    def not_reached(self) -> int:
        return self.count(NOT_REACHED)

    @property
    def to_go(self) -> int:
        return self.count(TO_GO)

    @property
    def rate(self) -> float | None:
        """Return the share of delivered messages in per cent, None where none came to an end."""
        return share(self.delivered, self.not_reached)

    def count(self, statuses: Iterable[str]) -> int:
        return sum(self.by_status.get(status, 0) for status in statuses)


@dataclass(frozen=True, slots=True)
class Missed:
    """Messages of the seven days that did not arrive, for one reason."""

    reason: Reason
    status: str
    messages: int


@dataclass(frozen=True, slots=True)
class Week:
    """`days` are the seven up to today, the oldest first; `as_of` is when they were last counted."""

    days: Sequence[Day]
    tomorrow: Day
    missed: Sequence[Missed]
    as_of: datetime | None

    @property
    def today(self) -> Day:
        return self.days[-1]

    @property
    def delivered(self) -> int:
        return sum(day.delivered for day in self.days)

    @property
    def not_reached(self) -> int:
        return sum(day.not_reached for day in self.days)

    @property
    def on_the_way(self) -> int:
        return sum(day.count(ON_THE_WAY) for day in self.days)

    @property
    def unknown(self) -> int:
        return sum(day.count(("unknown",)) for day in self.days)

    @property
    def held_back(self) -> int:
        return sum(day.count(("suppressed", "expired")) for day in self.days)

    @property
    def rate(self) -> float | None:
        return share(self.delivered, self.not_reached)


def week(zone: str) -> Week:
    """Return the seven days up to today in the company's zone; a few rows are read, however much was sent."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    first, last = today - timedelta(days=DAYS - 1), today + timedelta(days=1)
    rows = _rows(first, last)
    days = [Day(first + timedelta(days=number)) for number in range(DAYS + 1)]
    by_day = {day.day: day for day in days}
    for row in rows:
        statuses = by_day[row.day].by_status
        statuses[row.status] = statuses.get(row.status, 0) + int(row.messages)
    as_of = max((row.as_of for row in rows), default=None)
    return Week(days[:DAYS], days[DAYS], _missed(rows), as_of)


def share(delivered: int, not_reached: int) -> float | None:
    """Return what part of the two has arrived, in per cent with one digit; None of nothing.

    Only all is 100 %: of a hundred thousand with one lost, 99.9 % have arrived.
    """
    ended = delivered + not_reached
    if not ended:
        return None
    return 100.0 if not not_reached else min(99.9, round(100 * delivered / ended, 1))


def _rows(first: date, last: date) -> Sequence[Any]:
    query = (
        select(
            DeliveryDay.day,
            DeliveryDay.status,
            DeliveryDay.reason,
            func.sum(DeliveryDay.messages).label("messages"),
            func.max(DeliveryDay.updated_at).label("as_of"),
        )
        .where(DeliveryDay.company_id == company_id(), DeliveryDay.day.between(first, last))
        .group_by(DeliveryDay.day, DeliveryDay.status, DeliveryDay.reason)
    )
    return session().execute(query).all()


def _missed(rows: Sequence[Any]) -> list[Missed]:
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.status in NOT_REACHED:
            key = (reason_of(row.reason).words, row.status)
            counted[key] = counted.get(key, 0) + int(row.messages)
    found = [Missed(reason_of(words), status, count) for (words, status), count in counted.items()]
    return sorted(found, key=lambda one: -one.messages)
