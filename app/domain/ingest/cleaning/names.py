"""Full names into first, middle and last: SQL for two plain words, nameparser for the rest."""

from functools import cache

from nameparser import HumanName
from nameparser.config import CONSTANTS

from app.domain.ingest.engine import literal

WORD = r"\p{L}[\p{L}''’-]+"


def plain_name(text: str) -> str:
    """Return SQL that recognises a first and a last name that nameparser would split at the blank."""
    reserved = _reserved()
    words = " ".join(f"AND lower(split_part({text}, ' ', {at})) NOT IN {reserved}" for at in (1, 2))
    return f"(regexp_full_match({text}, '{WORD} {WORD}') {words})"


@cache
def _reserved() -> str:
    """Return nameparser's titles, prefixes, suffixes and joining words as an SQL list."""
    groups = (
        CONSTANTS.titles,
        CONSTANTS.prefixes,
        CONSTANTS.suffix_acronyms,
        CONSTANTS.suffix_not_acronyms,
        CONSTANTS.conjunctions,
        CONSTANTS.first_name_titles,
    )
    words = sorted({str(word) for group in groups for word in group})
    return "(" + ", ".join(literal(word) for word in words) + ")"


def split_name(text: str) -> tuple[str, str, str]:
    """Return first, middle and last name; a title is left out and a suffix stays with the last name."""
    name = HumanName(text)
    last = f"{name.last} {name.suffix}".strip()  # a lone “Vi” or “Ix” is a last name, and must not be lost
    return name.first, name.middle, last
