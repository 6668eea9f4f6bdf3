"""How a person likes the portal: their zone, light or dark, how dense, and single-letter shortcuts."""

from functools import lru_cache
from typing import Final
from zoneinfo import available_timezones

from sqlalchemy import update

from app.errors import Rejected
from app.models import User
from app.unit_of_work import session

# An empty zone shows every company's times in that company's own zone.
COMPANYS_ZONE: Final = ""
THEMES: Final = ("system", "light", "dark")
DENSITIES: Final = ("comfortable", "compact")
USUAL_ZONES: Final = {
    "America/New_York": "Eastern (New York)",
    "America/Chicago": "Central (Chicago)",
    "America/Denver": "Mountain (Denver)",
    "America/Phoenix": "Arizona (Phoenix)",
    "America/Los_Angeles": "Pacific (Los Angeles)",
    "America/Anchorage": "Alaska (Anchorage)",
    "Pacific/Honolulu": "Hawaii (Honolulu)",
}
_AREAS: Final = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def change_preferences(
    user_id: int,
    *,
    time_zone: str | None = None,
    theme: str | None = None,
    density: str | None = None,
    shortcuts: bool | None = None,
) -> None:
    """Change what is given and leave the rest; raise Rejected for a choice that is not offered.

    The table's own trigger puts it on the trail, with the old and the new value.
    """
    zones = (zone for _, choices in zones_offered() for zone in choices)
    _offered("time_zone", time_zone, (COMPANYS_ZONE, *zones))
    _offered("theme", theme, THEMES)
    _offered("density", density, DENSITIES)
    given = {"time_zone": time_zone, "theme": theme, "density": density, "shortcuts": shortcuts}
    wanted = {name: value for name, value in given.items() if value is not None}
    if wanted:
        session().execute(update(User).where(User.id == user_id).values(**wanted))


@lru_cache(maxsize=1)
def zones_offered() -> tuple[tuple[str, dict[str, str]], ...]:
    """Return the zones to choose from as (heading, {zone: words}): the usual ones, then all by area."""
    found: dict[str, dict[str, str]] = {area: {} for area in _AREAS}
    for zone in sorted(available_timezones() - USUAL_ZONES.keys()):
        area, _, place = zone.partition("/")
        if place and area in found:
            found[area][zone] = place.replace("_", " ").replace("/", ", ")
    return (("United States", dict(USUAL_ZONES)), *found.items())


def _offered(field: str, value: str | None, choices: tuple[str, ...]) -> None:
    if value is not None and value not in choices:
        raise Rejected("Choose one of the answers that are offered.", field=field)
