"""ZIP codes of the United States: the state, the city and the time zone that belong to one."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

import zipcodes

from app.errors import Rejected

ZIP: Final = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
STATES: Final[dict[str, str]] = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming", "PR": "Puerto Rico", "GU": "Guam",
    "AS": "American Samoa", "VI": "Virgin Islands", "MP": "Northern Mariana Islands",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What a ZIP code tells; the zone is empty where the list has none that we know."""

    zip: str
    city: str
    state: str
    time_zone: str


def checked_zip(text: str) -> str:
    """Return the first five digits of a ZIP code, empty for none; raise Rejected for what is none."""
    given = text.strip()
    if not given:
        return ""
    found = ZIP.fullmatch(given)
    if found is None:
        raise Rejected(f"“{given[:20]}” is not a ZIP code. Type its five digits, such as 60601.", field="zip")
    return found[1]


def checked_state(text: str) -> str:
    """Return the two letters of a state, empty for none; raise Rejected for what is none."""
    given = text.strip()
    by_name = {name.casefold(): code for code, name in STATES.items()}
    code = by_name.get(given.casefold(), given.upper())
    if code and code not in STATES:
        raise Rejected(f"“{given[:20]}” is not a state. Type its two letters, such as IL.", field="state")
    return code


@lru_cache(maxsize=4_096)
def place_of_zip(zip_code: str) -> Place | None:
    """Return where a ZIP code lies; None for one that is not in the list, or is no ZIP code at all."""
    found = ZIP.fullmatch(zip_code.strip())
    if found is None:
        return None
    listed: list[dict[str, Any]] = zipcodes.matching(found[1])  # type: ignore[no-untyped-call]
    if not listed:
        return None
    zone = str(listed[0]["timezone"] or "")
    return Place(
        found[1], str(listed[0]["city"]).title(), str(listed[0]["state"]),
        zone if zone in available_timezones() else "",
    )  # fmt: skip
