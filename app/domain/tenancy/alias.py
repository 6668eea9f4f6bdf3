"""Aliases: the part of an address that names a company, and what is wrong with one, in words."""

import re
import unicodedata
from typing import Final

from sqlalchemy import select

from app.errors import Conflict, Rejected
from app.models import Company, CompanyAlias
from app.unit_of_work import session

SHORTEST: Final = 3
LONGEST: Final = 40
FITTING: Final = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
ELSEWHERE: Final = re.compile(r"[^a-z0-9]+")


def checked_alias(text: str) -> str:
    """Return the alias as it may stand in an address; raise Rejected with what is wrong and a better one."""
    alias = text.strip()
    wrong = what_is_wrong(alias)
    if wrong:
        better = suggested_alias(alias)
        hint = f" “{better}” would do." if better and better != alias else ""
        raise Rejected(wrong + hint, field="alias")
    return alias


def free_alias(text: str, *, company_id: int | None = None) -> str:
    """Return the checked alias; raise Rejected where it cannot be used, Conflict where it is taken.

    A company may take back an alias of its own past: `company_id` is the one that asks.
    """
    alias = checked_alias(text)
    now = session().scalar(select(Company.id).where(Company.alias == alias))
    before = session().scalar(select(CompanyAlias.company_id).where(CompanyAlias.alias == alias))
    if {now, before} - {None, company_id}:
        raise Conflict(f"Another company has or had the alias “{alias}”. Choose another one.", field="alias")
    return alias


def what_is_wrong(alias: str) -> str:
    """Say in a sentence why this cannot be an alias; empty where it can."""
    if not alias:
        return "Give the company an alias: the part of its address in the portal."
    odd = [
        one
        for one in dict.fromkeys(alias)
        if not (one.isascii() and (one.islower() or one.isdigit() or one == "-"))
    ]
    if odd:
        shown = ", ".join(_shown(one) for one in odd[:5])
        return f"An alias has only small letters from a to z, digits and hyphens; this one has {shown}."
    if not SHORTEST <= len(alias) <= LONGEST:
        return f"An alias is {SHORTEST} to {LONGEST} characters long; this one has {len(alias)}."
    if not alias[0].isalpha():
        return "An alias begins with a letter."
    if alias.endswith("-"):
        return "An alias ends with a letter or a digit."
    return "" if FITTING.fullmatch(alias) else "This cannot be an alias."


def suggested_alias(name: str) -> str:
    """Return an alias made of a company's name; empty where nothing of it can be used."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = ELSEWHERE.sub("-", plain).strip("-").lstrip("0123456789-")[:LONGEST].strip("-")
    return words if len(words) >= SHORTEST else ""


def _shown(one: str) -> str:
    if one.isspace():
        return "a space"
    if one.isprintable():
        return f"“{one}”"
    return f"an invisible character (U+{ord(one):04X})"
