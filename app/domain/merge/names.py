"""How the name of a person or a place is written when a spreadsheet has it in capitals or without any."""

import re

from app.domain.merge.name_lists import (
    INNER_PARTICLES,
    LEADING_PARTICLES,
    MAC_NAMES,
    PAIRED_PARTICLES,
    PLACE_ABBREVIATIONS,
    SMALL_WORDS,
    SPELLED,
)

_PIECE = re.compile(r"[^-/&,()]+|[-/&,()]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_AFTER_APOSTROPHE = re.compile(r"(?<=['’ʻ])[^\W\d_](?=[^\W\d_])")
_CONTRACTION = re.compile(r"(['’])(?:re|ll|ve)$", re.IGNORECASE)


def proper_name(text: str) -> str:
    """Write a person's name: `O'BRIEN` as `O'Brien`, `de la cruz` as `de la Cruz`, `DeShawn` as it is.

    A word that mixes cases was written so by someone who knew, and stays. Blanks are made single.
    """
    words = text.split()
    return " ".join(_write_word(word, _is_particle(words, at), at > 0) for at, word in enumerate(words))


def proper_place(text: str) -> str:
    """Write a place: `ST. MARY'S OF AUSTIN` as `St. Mary's of Austin`; abbreviations such as `UCLA` stay.

    In a text with small letters a word in capitals is meant so; a text that is one short word in
    capitals is taken for an abbreviation.
    """
    words = text.split()
    if len(words) == 1 and len(words[0]) <= 4 and text.isupper():
        return words[0]
    shouted = text.upper() == text
    return " ".join(_write_place_word(word, at, shouted=shouted) for at, word in enumerate(words))


def _is_particle(words: list[str], at: int) -> bool:
    """Tell whether a word is a small one that belongs to the name after it: `de`, `von`, `van der`."""
    if at == len(words) - 1 or words[at] == words[at].capitalize():
        return False  # A capital that someone chose, as in "De La Cruz", stays.
    word, after = words[at].lower(), words[at + 1].lower()
    before = words[at - 1].lower() if at else ""
    if (word, after) in PAIRED_PARTICLES or (before, word) in PAIRED_PARTICLES:
        return True
    return word in (INNER_PARTICLES if at else LEADING_PARTICLES)


def _write_word(word: str, particle: bool, inner: bool) -> str:
    if particle:
        return word.lower()
    return "".join(_write_piece(piece, inner=inner) for piece in _PIECE.findall(word))


def _write_piece(piece: str, *, inner: bool) -> str:
    """Write what stands between hyphens; `inner` means that it is not the first word."""
    if piece[-2:] in ("'s", "’s"):
        return _write_piece(piece[:-2], inner=inner) + piece[-2:]
    return _write_lower(piece.lower(), inner=inner) if _is_one_case(piece) else piece


def _write_lower(lower: str, *, inner: bool) -> str:
    bare = lower.rstrip(".")
    if bare in SPELLED and (inner or bare not in ("ii", "iii", "iv")):
        return SPELLED[bare] + lower[len(bare) :]
    if _INITIALS.fullmatch(lower) or _is_initials(lower):
        return lower.upper()
    if lower.startswith("mc") and len(lower) > 4:
        return "Mc" + _capital(lower[2:])
    if lower in MAC_NAMES:
        return "Mac" + _capital(lower[3:])
    return _capital(lower)


def _is_one_case(piece: str) -> bool:
    """Tell whether a piece is all small, all capitals or merely begins with a capital."""
    return piece in (piece.lower(), piece.upper(), piece.capitalize())


def _is_initials(lower: str) -> bool:
    """Tell whether two letters are initials, as `tj` is and `ng` or `jo` is not."""
    return len(lower) == 2 and lower.isalpha() and lower not in SPELLED and not _VOWEL.search(lower)


def _capital(lower: str) -> str:
    """Begin with a capital, and again after an apostrophe before a longer part: `D'Angelo`, `Mary's`."""
    if _CONTRACTION.search(lower):
        return lower.capitalize()
    first = next((at for at, letter in enumerate(lower) if letter.isalnum()), 0)
    begun = lower[:first] + lower[first : first + 1].title() + lower[first + 1 :]
    return _AFTER_APOSTROPHE.sub(lambda found: found.group().upper(), begun)


def _write_place_word(word: str, at: int, *, shouted: bool) -> str:
    bare = word.strip(".,()").lower()
    if bare in PLACE_ABBREVIATIONS:
        return word.upper()
    if at and bare in SMALL_WORDS:
        return word.lower() if _is_one_case(word) and word != word.capitalize() else word
    if not shouted and word.isupper() and len(bare) > 1:
        return word
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if word[:1].isdigit():
        return word
    return _write_word(word, particle=False, inner=at > 0)
