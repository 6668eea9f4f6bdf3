"""The moment a person means by a day and an hour: in a zone that is named to them in words."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app import clock
from app.errors import Rejected

FURTHEST: Final = timedelta(days=366)
# Someone who reads the last page before sending takes a while; what was chosen meanwhile means now.
GRACE: Final = timedelta(minutes=15)
ZONE_WORDS: Final = {
    "America/New_York": "Eastern Time",
    "America/Chicago": "Central Time",
    "America/Denver": "Mountain Time",
    "America/Phoenix": "Arizona Time",
    "America/Los_Angeles": "Pacific Time",
    "America/Anchorage": "Alaska Time",
    "Pacific/Honolulu": "Hawaii Time",
}


def chosen_moment(day: date, at: time, zone: str, *, grace: timedelta = timedelta(0)) -> datetime:
    """Return the aware moment at which a clock in `zone` shows this; an hour that comes twice is its first.

    Raises Rejected, with a sentence, for a moment that is past by more than `grace`, that no clock shows,
    or that is more than a year away.
    """
    local = datetime.combine(day, at, ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Rejected(f"On {_day(day)} the clocks skip {_hour(at)}. Choose another time.", field="time")
    now = clock.now()
    if moment < now - grace:
        sentence = f"{_hour(at)} on {_day(day)} has already passed in {zone_words(zone)}."
        raise Rejected(f"{sentence} Choose a later time, or send it now.", field="time", code="past")
    if moment > now + FURTHEST:
        raise Rejected("That is more than a year away. Choose an earlier day.", field="date", code="far")
    return moment


def zone_words(zone: str) -> str:
    """Name a zone as people there say it, or by its city."""
    return ZONE_WORDS.get(zone) or f"the time of {zone.rpartition('/')[2].replace('_', ' ')}"


def local_words(moment: datetime, zone: str) -> str:
    """Write a moment as a clock and a calendar in `zone` show it."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{_day(local.date())}, {_hour(local.time())}"


def _day(day: date) -> str:
    return f"{day:%A, %B} {day.day}, {day.year}"


def _hour(at: time) -> str:
    return f"{at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"
