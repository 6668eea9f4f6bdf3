"""What a short reply means for consent, in the words the law and the carriers name (RULES L2, L3)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final


class Meaning(StrEnum):
    STOP = "stop"
    UNCLEAR_STOP = "unclear_stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


# The seven words of the FCC (47 CFR 64.1200(a)(10)), Twilio's STOPALL, and how others say the same.
STOP: Final = frozenset(
    {"stop", "quit", "end", "revoke", "optout", "cancel", "unsubscribe", "stopall", "alto", "parar", "arret"}
)
STOP_PHRASES: Final = ("opt out", "no mas")
START: Final = frozenset({"start", "yes", "unstop"})
HELP: Final = frozenset({"help", "info"})
SOUNDS_LIKE_STOP: Final = ("stop", "unsubscribe", "remove me", "wrong number")
_NOT_A_WORD: Final = re.compile(r"[\W_]+")
_ACCENTS: Final = str.maketrans("áàâäéèêëíìîïóòôöúùûü", "aaaaeeeeiiiioooouuuu")


def understood(said: Mapping[str, Any]) -> Meaning:
    """Return what a stored reply means: what the provider took it for, else what its words say."""
    return Meaning(said["opt_out"].lower()) if said.get("opt_out") else meaning(str(said.get("body") or ""))


def meaning(reply: str) -> Meaning:
    """Read a reply, whatever its case and punctuation.

    STOP counts as the first word or the whole text; START only as the whole text, so that "yes, see you
    there" brings nobody back who had asked to be left alone. A reply that merely sounds like STOP anywhere
    is for a person to read, and nothing is sent meanwhile.
    """
    said = _NOT_A_WORD.sub(" ", reply.casefold().translate(_ACCENTS)).strip()
    first = said.partition(" ")[0]
    if first in STOP or f"{said} ".startswith(tuple(f"{phrase} " for phrase in STOP_PHRASES)):
        return Meaning.STOP
    if said in START:
        return Meaning.START
    if first in HELP:
        return Meaning.HELP
    if any(phrase in said for phrase in SOUNDS_LIKE_STOP):
        return Meaning.UNCLEAR_STOP
    return Meaning.OTHER
