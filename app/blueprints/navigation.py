"""The navigation by job: where a person may go from here, in the order in which work is done."""

from dataclasses import dataclass
from typing import Final

from flask import current_app, g, request, url_for
from flask_login import current_user


@dataclass(frozen=True, slots=True)
class Destination:
    """One job, shown to those who may do it; `near` ones stand in the bar of a phone."""

    label: str
    icon: str
    endpoint: str
    policy: tuple[str, str]
    near: bool = False


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str
    icon: str
    url: str
    current: bool
    near: bool


@dataclass(frozen=True, slots=True)
class NavigationGroup:
    """Destinations that belong together; the first group needs no name."""

    name: str
    entries: tuple[NavigationItem, ...]


IN_A_COMPANY: Final = {
    "": (
        Destination("Home", "house", "home.show", ("home", "read"), near=True),
        Destination("Imports", "file-spreadsheet", "ingest.index", ("ingest", "read"), near=True),
        Destination("Wording", "square-pen", "wording.index", ("templates", "read")),
        Destination("Scheduled", "calendar-clock", "scheduling.index", ("broadcasts", "read"), near=True),
        Destination("Messages", "message-square", "messages.index", ("messages", "read"), near=True),
        Destination("Replies", "reply", "replies.index", ("messages", "read")),
    ),
    "Setting up": (
        Destination("People & access", "users", "people.index", ("people", "read")),
        Destination("Settings", "settings", "settings.show", ("settings", "read")),
    ),
    "Looking back": (Destination("Trail", "history", "support.index", ("trail", "read")),),
}
ON_THE_PLATFORM: Final = (
    Destination("Support", "life-buoy", "support.companies", ("support", "companies"), near=True),
    Destination("Platform", "activity", "platform.show", ("platform", "read"), near=True),
)
# Pages that stand elsewhere than their room: among the settings, as a tab.
AMONG_SETTINGS: Final = frozenset({"support.visits_here"})
SEARCH: Final = "home.searches_index"  # stands in the room of Home, and belongs to the whole company
COMPANIES: Final = Destination("Companies", "building-2", "sign_in.companies", ("self", "use"), near=True)
ROOM_IN_BAR: Final = 5


def navigation() -> list[NavigationGroup]:
    """Return the groups that have anything for the person who asks, for the company they look at if any."""
    if not current_user.is_authenticated:
        return []
    groups: dict[str, tuple[Destination, ...]] = {}
    if g.get("company"):
        groups = {
            name: tuple(one for one in destinations if g.access.may(*one.policy))
            for name, destinations in IN_A_COMPANY.items()
        }
    may = current_user.platform.may
    if not g.get("company") and not may("support", "companies"):  # Support lists them all, and more of each.
        groups[""] = (COMPANIES,)
    groups["Carillon"] = tuple(one for one in ON_THE_PLATFORM if may(*one.policy))
    near = _near([one for destinations in groups.values() for one in destinations])
    found = [NavigationGroup(name, _entries(destinations, near)) for name, destinations in groups.items()]
    return [group for group in found if group.entries]


def _near(destinations: list[Destination]) -> list[Destination]:
    """Return what stands in a phone's bar: all where they fit, else the nearest, and a way to the rest."""
    if len(destinations) <= ROOM_IN_BAR:
        return destinations
    return [one for one in destinations if one.near][: ROOM_IN_BAR - 1]


def _entries(destinations: tuple[Destination, ...], near: list[Destination]) -> tuple[NavigationItem, ...]:
    return tuple(
        NavigationItem(one.label, one.icon, url_for(one.endpoint), _is_here(one.endpoint), one in near)
        for one in destinations
    )


def _is_here(endpoint: str) -> bool:
    """Tell whether this page belongs to that destination: same room, and both in a company or both not."""
    if endpoint == request.endpoint:
        return True
    if request.endpoint == SEARCH:
        return False
    if request.endpoint in AMONG_SETTINGS and g.access.may("settings", "read"):
        return endpoint == "settings.show"
    in_a_company = current_app.url_map.is_endpoint_expecting(endpoint, "alias")
    room = endpoint.partition(".")[0]
    return room == request.blueprint and room != "sign_in" and in_a_company == bool(g.get("company"))
