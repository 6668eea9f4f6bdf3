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


@dataclass(frozen=True)
class PlainNumbers:
    """SQL that recognises a region's plain numbers, and SQL that writes them as E.164."""

    fits: str
    e164: str


def plain_numbers(text: str, region: str) -> PlainNumbers | None:
    """Return SQL that settles the plain numbers of a region, None where the region has no simple rule.

    A number settled here is one that `phonenumbers.is_valid_number` accepts; one that is not settled
    may still be valid.
    """
    national = _national_patterns(region)
    if national is None:
        return None
    code, general, kinds = national
    # A national number never begins with the trunk prefix, so taking it off once is unambiguous.
    subscriber = f"regexp_replace(translate({text}, '{MARKS}', ''), '^\\+?{code}', '')"
    fits = f"(regexp_full_match({subscriber}, '{general}') AND regexp_full_match({subscriber}, '{kinds}'))"
    return PlainNumbers(fits=fits, e164=f"'+{code}' || {subscriber}")


@cache
def _national_patterns(region: str) -> tuple[int, str, str] | None:
    """Return country code, general pattern and the patterns of all kinds, from the library's metadata.

    Only for the main region of a country code whose trunk prefix is that same code, as in North America:
    elsewhere a leading zero may or may not belong to the number, which the library knows best.
    """
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.country_code is None or metadata.general_desc is None:
        return None
    code = metadata.country_code
    if phonenumbers.region_code_for_country_code(code) != region:
        return None
    if metadata.national_prefix_for_parsing != str(code) or metadata.national_prefix_transform_rule:
        return None
    found = [getattr(metadata, name) for name in TYPES]
    kinds = "|".join(each.national_number_pattern for each in found if each and each.national_number_pattern)
    return code, _bare(metadata.general_desc.national_number_pattern), _bare(kinds)


def _bare(pattern: str | None) -> str:
    return re.sub(r"\s", "", pattern or "")


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
