"""The time zone of a recipient, and where we know it from: given, zip, customer, company or area code."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

import phonenumbers
import zipcodes
from phonenumbers import timezone

SPOKEN = {
    "eastern": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
    "et": "America/New_York",
    "central": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago", "ct": "America/Chicago",
    "mountain": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver", "mt": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "alaska": "America/Anchorage", "akst": "America/Anchorage", "akdt": "America/Anchorage",
    "hawaii": "Pacific/Honolulu", "hst": "Pacific/Honolulu", "atlantic": "America/Puerto_Rico",
    "utc": "UTC", "gmt": "UTC",
}  # fmt: skip


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def zone_given(text: str) -> str | None:
    """Return the zone's name for a name or a spoken form (“Eastern”, “EST”, “US/Eastern”), else None."""
    plain = text.strip().casefold()
    spoken = plain.removesuffix(" time").removesuffix(" standard").removesuffix(" daylight")
    return _names().get(plain.replace(" ", "_")) or SPOKEN.get(spoken)


def zone_of_zip(zip_code: str) -> str | None:
    """Return the zone of a five-digit ZIP code, None where there is no such code."""
    return _zones_beginning(zip_code[:3]).get(zip_code)


@cache
def _zones_beginning(digits: str) -> dict[str, str]:
    """Return the zones of all ZIP codes with these first three digits.

    The library looks through all its codes each time, so asking for a thousand at once is a thousand
    times cheaper than asking for each.
    """
    found: list[dict[str, Any]] = zipcodes.similar_to(digits)  # type: ignore[no-untyped-call]
    zones = {each["zip_code"]: _names().get(str(each["timezone"]).casefold()) for each in found}
    return {code: zone for code, zone in zones.items() if zone}


def zone_of_number(e164: str) -> str | None:
    """Return the zone of a number's area code, None where the area has several zones or is not known."""
    zones = timezone.time_zones_for_number(phonenumbers.parse(e164))
    return zones[0] if len(zones) == 1 and zones[0] in available_timezones() else None
