"""Phone numbers to E.164: libphonenumber's own pattern for the region in SQL, the library for the rest."""

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata

TYPES = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager",
    "uan", "voicemail",
)  # fmt: skip
# A part of what libphonenumber skips between digits; other marks go to the library.
MARKS = " ().-\u00a0"
LENGTH = 10  # digits of every number in North America


@dataclass(frozen=True)
class PlainNumbers:
    """SQL over a text: whether it is so plain that SQL decides about it, and what it then is as E.164.

    `e164` is NULL for a plain text that is no number in use.
    """

    settled: str
    e164: str


def plain_numbers(text: str, region: str) -> PlainNumbers | None:
    """Return SQL that decides about a region's plainly written numbers, None where it has no simple rule.

    Where `settled` holds, `e164` says exactly what `phonenumbers.is_valid_number` says.
    """
    found = _national_patterns(region)
    if found is None:
        return None
    code, own, neighbours = found
    digits = f"translate({text}, '{MARKS}', '')"
    subscriber = f"right({digits}, {LENGTH})"
    # A number that begins with 0 or 1 may hold a prefix for calls abroad: 011 352 4214 is in Luxembourg.
    return PlainNumbers(
        settled=f"regexp_full_match({digits}, '(?:\\+?{code})?[2-9][0-9]{{{LENGTH - 1}}}')",
        # Nearly all numbers are of the region itself; only the rest is compared with its neighbours.
        e164=f"CASE WHEN regexp_full_match({subscriber}, '{own}') THEN '+{code}' || {subscriber} "
        f"WHEN regexp_full_match({subscriber}, '{neighbours}') THEN '+{code}' || {subscriber} END",
    )


@cache
def _national_patterns(region: str) -> tuple[int, str, str] | None:
    """Return country code, the region's pattern, and that of the others with its code, from the metadata.

    Only for the main region of a country code that is its own trunk prefix and whose numbers all have
    ten digits, as in North America: elsewhere a leading zero may or may not belong to the number, which
    the library knows best.
    """
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.country_code is None:
        return None
    code = metadata.country_code
    regions = phonenumbers.region_codes_for_country_code(code)
    if regions[0] != region or metadata.national_prefix_for_parsing != str(code):
        return None
    others = "|".join(filter(None, (_pattern_of(other) for other in regions[1:])))
    return code, _pattern_of(region), others or "[^0-9]"


def _pattern_of(region: str) -> str:
    """Return the alternation of the patterns of all kinds of number in a region."""
    metadata = PhoneMetadata.metadata_for_region(region)
    kinds = [getattr(metadata, kind) for kind in TYPES]
    return "|".join(
        re.sub(r"\s", "", each.national_number_pattern)
        for each in kinds
        if each and each.national_number_pattern
    )


def clean_phone(text: str, region: str) -> tuple[str | None, str | None]:
    """Return a number as E.164, or None where it is none that exists, and a note worth a warning."""
    try:
        number = phonenumbers.parse(text.removesuffix(".0"), region)
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_valid_number(number):
        return None, None
    note = f"The extension {number.extension} was left out." if number.extension else None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), note
