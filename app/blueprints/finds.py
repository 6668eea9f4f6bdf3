"""What the search of the whole portal can find for anybody: places to go, things to do, companies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flask import g, request, url_for
from flask_login import current_user

from app.blueprints.navigation import navigation
from app.domain.access import grants
from app.domain.tenancy import companies
from app.unit_of_work import transaction

SHOWN: Final = 5
LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found: where it leads, or with `theme` what pressing it changes."""

    label: str
    icon: str
    url: str = ""
    note: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What was found of one kind."""

    name: str
    found: Sequence[Found]


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do, shown to those who may; `also` are other words that people look for it with."""

    label: str
    icon: str
    endpoint: str
    policy: tuple[str, str]
    also: str = ""


ACTIONS: Final = (
    Action("Send a message", "send", "scheduling.new", ("broadcasts", "compose"), "write new broadcast"),
    Action("Upload a file", "upload", "ingest.uploads_new", ("ingest", "upload"), "new import spreadsheet"),
)
THEMES: Final = (("dark", "Switch to dark", "moon"), ("light", "Switch to light", "sun"))


def sought() -> str:
    """Return what the request looks for, blanks made single; empty before anything is typed."""
    return " ".join(request.args.get("q", "").split())[:LONGEST]


def places(words: str) -> FoundGroup:
    """Return the destinations of the navigation whose names have all these words."""
    entries = [one for group in navigation() for one in group.entries]
    return FoundGroup(
        "Go to", [Found(one.label, one.icon, one.url) for one in entries if _fits(words, one.label)]
    )


def actions(words: str) -> FoundGroup:
    """Return what this person may do here and what they can change for themselves."""
    here = [
        Found(one.label, one.icon, url_for(one.endpoint))
        for one in ACTIONS
        if g.get("company") and g.access.may(*one.policy) and _fits(words, f"{one.label} {one.also}")
    ]
    looks = [
        Found(label, icon, theme=theme)
        for theme, label, icon in THEMES
        if theme != current_user.theme and _fits(words, f"{label} theme color mode")
    ]
    own = (
        [Found("Your settings", "settings", url_for("account.show"))] if _fits(words, "Your settings") else []
    )
    return FoundGroup("Do", [*here, *looks, *own])


def other_companies(words: str) -> FoundGroup:
    """Return the companies of these words that this person may look at, but for the one they look at."""
    if not words:
        return FoundGroup("Companies", [])
    with transaction(platform=True, user=current_user.id):
        supports = current_user.platform.may("support", "companies")
        mine = None if supports else [one.id for one in grants.companies_of(current_user.id)]
        found = companies.named_like(words, SHOWN + 1, among=mine)
    here = g.company.id if g.get("company") else None
    others = [one for one in found if one.id != here][:SHOWN]
    # To who has no role there, this address asks for a visit first.
    return FoundGroup(
        "Companies", [Found(one.name, "building-2", url_for("home.show", alias=one.alias)) for one in others]
    )


def those_with_any(groups: Iterable[FoundGroup]) -> list[FoundGroup]:
    """Leave out kinds of which nothing was found."""
    return [group for group in groups if group.found]


def search_url() -> str:
    """Return where the search of this page asks: at the company, where this person may; else beside it."""
    if g.get("company") and g.access.may("home", "read"):
        return url_for("home.searches_index")
    return url_for("account.searches_index")


def _fits(words: str, said: str) -> bool:
    """Tell whether each word that was typed begins a word of what is said."""
    beginnings = said.casefold().split()
    return all(any(one.startswith(word) for one in beginnings) for word in words.casefold().split())
