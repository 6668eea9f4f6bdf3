"""Passwords that anybody would try: refused with the reason, without asking another server.

The lists are those of the package zxcvbn: common passwords, words and names, nearly 4,000 of them of twelve
characters or more. Its estimate also finds what only looks long: common words with a year behind them,
repetitions, rows of keys. Words of one's own surroundings are too near at hand as well.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from app.errors import Rejected

# The power of ten of the tries within which a program finds a password, whatever its length.
TOO_FEW_GUESSES: Final = 9.0
# How much is estimated: the time grows with the cube of the length, and a longer password has its start too.
ESTIMATED: Final = 32
LEFT_BESIDE_WORDS: Final = 8
SHORTEST_WORD: Final = 4
OURS: Final = ("carillon",)
COMMON = "This password is on a list of common ones, which are tried first. Choose another."
GUESSED = (
    "This password is made of parts that are tried first: common words, rows of keys, repetitions, years. "
    "Choose several words that have nothing to do with each other."
)
NEAR = "Little is left of this password without “{word}”, which is near at hand. Choose other words."


def refuse_common(password: str, words: Iterable[str]) -> None:
    """Raise Rejected, with the reason, for a password that is common or little more than these words.

    `words` are those of the person's surroundings: address, names, company.
    """
    typed = password.casefold()
    if typed in common_passwords():
        raise Rejected(COMMON, field="password")
    near = surroundings(words)
    _refuse_near(typed, near)
    found = zxcvbn(typed[:ESTIMATED], user_inputs=near)
    if float(found["guesses_log10"]) < TOO_FEW_GUESSES:
        raise Rejected(GUESSED, field="password")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Return all words of all lists, lower case."""
    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words)


def surroundings(words: Iterable[str]) -> list[str]:
    """Return the words in pieces of four letters or more and all together, longest first, then A to Z."""
    pieces = set(OURS)
    for word in words:
        parts = re.findall(r"\w+", word.casefold())
        pieces |= {*parts, "".join(parts)}
    return sorted((one for one in pieces if len(one) >= SHORTEST_WORD), key=lambda one: (-len(one), one))


def _refuse_near(typed: str, words: Iterable[str]) -> None:
    left = typed
    nearest = ""
    for word in words:
        if word in left:
            left, nearest = left.replace(word, ""), nearest or word
    if nearest and len(re.sub(r"\W", "", left)) < LEFT_BESIDE_WORDS:
        raise Rejected(NEAR.format(word=nearest), field="password")
