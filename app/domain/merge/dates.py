"""Dates and times of a record, read from ISO 8601 and written by the tokens of DESIGN.md §7."""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time

from app.domain.merge.patterns import DATE_TOKENS, DAY_TOKENS, TIME_TOKENS, Part, read_pattern

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")
_MOMENT = re.compile(f"{_DATE.pattern}[T ]{_TIME.pattern}")

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# A time alone has to stand on some day while it is written; no token of a day is used then.
_ANY_DAY = date(2000, 1, 1)

_WRITE: dict[str, Callable[[datetime], str]] = {
    "YYYY": lambda moment: f"{moment.year:04}",
    "YY": lambda moment: f"{moment.year % 100:02}",
    "MMMM": lambda moment: _MONTHS[moment.month - 1],
    "MMM": lambda moment: _MONTHS[moment.month - 1][:3],
    "MM": lambda moment: f"{moment.month:02}",
    "M": lambda moment: str(moment.month),
    "DD": lambda moment: f"{moment.day:02}",
    "D": lambda moment: str(moment.day),
    "dddd": lambda moment: _WEEKDAYS[moment.weekday()],
    "ddd": lambda moment: _WEEKDAYS[moment.weekday()][:3],
    "HH": lambda moment: f"{moment.hour:02}",
    "H": lambda moment: str(moment.hour),
    "hh": lambda moment: f"{(moment.hour + 11) % 12 + 1:02}",
    "h": lambda moment: str((moment.hour + 11) % 12 + 1),
    "mm": lambda moment: f"{moment.minute:02}",
    "ss": lambda moment: f"{moment.second:02}",
    "A": lambda moment: "AM" if moment.hour < 12 else "PM",
}


def date_writer(pattern: str) -> Callable[[str], str]:
    """Return what writes an ISO date, or date and time, by `pattern`; a date alone is its midnight.

    Text that is no date, or a time alone where the pattern asks for a day, stays as it is: a preview
    then shows what the record really holds.
    """
    parts = read_pattern(pattern, DATE_TOKENS)
    asks_for_a_day = any(part.means in DAY_TOKENS for part in parts if part.means)

    def write(text: str) -> str:
        found = read_moment(text)
        if isinstance(found, time):
            return text if asks_for_a_day else _write(parts, datetime.combine(_ANY_DAY, found))
        if isinstance(found, datetime):
            return _write(parts, found)
        return text if found is None else _write(parts, datetime.combine(found, time()))

    return write


def time_writer(pattern: str) -> Callable[[str], str]:
    """Return what writes an ISO time, or the time of a date and time; anything else stays as it is."""
    parts = read_pattern(pattern, TIME_TOKENS)

    def write(text: str) -> str:
        found = read_moment(text)
        if isinstance(found, time):
            return _write(parts, datetime.combine(_ANY_DAY, found))
        return _write(parts, found) if isinstance(found, datetime) else text

    return write


def read_moment(text: str) -> datetime | date | time | None:
    """Read `2026-12-03`, `2026-12-03T09:30:00-05:00` or `09:30`; the zone is left out of account."""
    text = text.strip()
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        return time.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        return None


def _write(parts: Collection[Part], moment: datetime) -> str:
    return "".join(_WRITE[part.means](moment) if part.means else part.text for part in parts)
