"""The search of everything a person may see at a company, for the command menu and as a page of its own."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from flask import url_for

from app.blueprints import finds
from app.blueprints.doors import requires
from app.blueprints.finds import SHOWN, Found, FoundGroup
from app.blueprints.home import blueprint
from app.blueprints.pages import render_page
from app.blueprints.rooms import Policy, read_as_allowed
from app.domain.delivery import finding as messages
from app.domain.ingest import finding as imports
from app.domain.merge import published
from app.domain.scheduling import finding as sendings

Room = Callable[[str], list[Found]]


@blueprint.get("/search")
@requires("home", "read")
def searches_index() -> str:
    words = finds.sought()
    groups = [finds.places(words), finds.actions(words), *_rooms(words), finds.other_companies(words)]
    return render_page(
        "home/search.html",
        fragment="home/_found.html",
        words=words,
        groups=finds.those_with_any(groups),
    )


def _rooms(words: str) -> Iterator[FoundGroup]:
    """Look into each room this person may enter, for the customers that its own policy holds for."""
    if words:
        found = read_as_allowed(*((policy, partial(look, words)) for _name, policy, look in ROOMS))
        for (name, _policy, _look), seen in zip(ROOMS, found, strict=True):
            yield FoundGroup(name, seen or [])


def _imports(words: str) -> list[Found]:
    return [
        Found(one.filename, "file-spreadsheet", url_for("ingest.show", packet_id=one.id))
        for one in imports.named_like(words, SHOWN)
    ]


def _templates(words: str) -> list[Found]:
    return [
        Found(name, "square-pen", url_for("wording.show", template_id=key))
        for key, name in published.named_like(words, SHOWN)
    ]


def _sendings(words: str) -> list[Found]:
    return [
        Found(one.name, "calendar-clock", url_for("scheduling.show", broadcast_id=one.id))
        for one in sendings.named_like(words, SHOWN)
    ]


def _messages(words: str) -> list[Found]:
    """The newest to this person, and the way to all of them: the message log looks into every row."""
    found = [
        Found(
            one.person or one.to_address,
            "message-square",
            url_for("messages.show", message_id=one.id),
            one.to_address if one.person else "",
        )
        for one in messages.named_like(words, SHOWN)
    ]
    return [
        *found,
        Found(f"Search all messages for “{words}”", "search", url_for("messages.index", search=words)),
    ]


ROOMS: Final[tuple[tuple[str, Policy, Room], ...]] = (
    ("Imports", ("ingest", "read"), _imports),
    ("Wording", ("templates", "read"), _templates),
    ("Sendings", ("broadcasts", "read"), _sendings),
    ("Messages", ("messages", "read"), _messages),
)
