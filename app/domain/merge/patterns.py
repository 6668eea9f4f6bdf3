"""How a date or a time is to be written: patterns such as `MMMM D` or `h:mm A`, taken apart and checked."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

DAY_TOKENS = frozenset(("YYYY", "YY", "MMMM", "MMM", "MM", "M", "DD", "D", "dddd", "ddd"))
TIME_TOKENS = frozenset(("HH", "H", "hh", "h", "mm", "ss", "A"))
DATE_TOKENS = DAY_TOKENS | TIME_TOKENS

_HOURS = frozenset(("HH", "H", "hh", "h"))
_RUN = re.compile(r"[A-Za-z]+|[^A-Za-z]+")
_SAME_LETTER = re.compile(r"(.)\1*")

# A word like this was meant as tokens; "at", "of" or "de" was not, and is written as it stands.
_MEANT_AS_TOKENS = re.compile(r"[A-Za-z]*(?:[YMDHA]|dd|hh|mm|ss|yy)[A-Za-z]*|[yYmMdDhHsSaA]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a pattern: its characters and the token they mean, or "" where they stand for themselves."""

    text: str
    means: str


@dataclass(frozen=True, slots=True)
class PatternFault:
    """Why a pattern cannot be used: where in it (from 0), a sentence, a pattern to write instead."""

    offset: int
    message: str
    suggestion: str


def read_pattern(pattern: str, tokens: AbstractSet[str]) -> tuple[Part, ...]:
    """Take a pattern apart; what is not one of `tokens` stands for itself."""
    parts = _name_minutes([part for run in _RUN.findall(pattern) for part in _read_run(run)])
    if tokens == TIME_TOKENS:  # Of a time, MM can only be the minutes.
        parts = [replace(part, means="mm") if part.means == "MM" else part for part in parts]
    return tuple(part if part.means in tokens else Part(part.text, "") for part in parts)


def find_fault(pattern: str, tokens: AbstractSet[str]) -> PatternFault | None:
    """Return the first thing in a pattern that would not be written as it was most likely meant."""
    kind = "time" if tokens == TIME_TOKENS else "date"
    parts, offset = read_pattern(pattern, tokens), 0
    for part in parts:
        if _is_mistaken(part):
            return PatternFault(
                offset, f"“{part.text}” is not a part of a {kind}.", _suggest(pattern, tokens)
            )
        offset += len(part.text)
    used = {part.means for part in parts} - {""}
    if not used:
        return PatternFault(0, f"“{pattern}” names no part of a {kind}.", _suggest(pattern, tokens))
    if "mm" in used and used & DAY_TOKENS and not used & _HOURS:
        sentence = "“mm” means minutes, and there is no hour; the month is “MM”."
        return PatternFault(pattern.index("mm"), sentence, _suggest(pattern, tokens))
    return None


def _read_run(run: str) -> list[Part]:
    """Read a run of letters as tokens if all of it is tokens; a T between them is that of ISO 8601."""
    groups = [found.group() for found in _SAME_LETTER.finditer(run)]
    if any(
        g not in DATE_TOKENS and not (g == "T" and 0 < at < len(groups) - 1) for at, g in enumerate(groups)
    ):
        return [Part(run, "")]
    if "AM" in run or "Hh" in run or "hH" in run:  # No one wants "PM" and the month, or the hour twice.
        return [Part(run, "")]
    return [Part(group, group if group in DATE_TOKENS else "") for group in groups]


def _name_minutes(parts: list[Part]) -> list[Part]:
    """Apply the rule of DESIGN.md §7: after `HH` or `hh` and before `ss`, `MM` means minutes.

    Right after the hour, as in `HH:MM`, it means minutes too: no one writes the month there.
    """
    named, in_time = [], False
    for at, part in enumerate(parts):
        if part.means in ("HH", "hh", "ss"):
            in_time = part.means != "ss" and any(later.means == "ss" for later in parts[at:])
        minutes = part.means == "MM" and (in_time or _follows_hour(parts[:at]))
        named.append(replace(part, means="mm") if minutes else part)
    return named


def _follows_hour(before: Sequence[Part]) -> bool:
    if before and before[-1].text in (":", "."):
        before = before[:-1]
    return bool(before) and before[-1].means in _HOURS


def _is_mistaken(part: Part) -> bool:
    return not part.means and _MEANT_AS_TOKENS.fullmatch(part.text) is not None


def _suggest(pattern: str, tokens: AbstractSet[str]) -> str:
    """Mend what is usually mistyped (mm/dd/yyyy, am); where that is not enough, name a common pattern."""
    mended = re.sub(r"(?i)(?<![a-z])(?:[ap]m|a)(?![a-z])", "A", pattern)
    mended = re.sub(r"y+|(?<!d)dd?(?!d)", lambda found: found.group().upper(), mended)
    if not re.search("[Hh]", mended):
        mended = mended.replace("mm", "MM")
    parts = read_pattern(mended, tokens)
    if any(part.means for part in parts) and not any(map(_is_mistaken, parts)) and mended != pattern:
        return mended
    return "h:mm A" if tokens == TIME_TOKENS else "MM-DD-YYYY"
