"""SendGrid's event webhook in our words. Reasons in it are anybody's text: to be shown, never trusted."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.errors import Rejected
from app.providers.contract import EventStatus, ProviderEvent
from app.providers.sendgrid.codes import EVENTS

MOST_EVENTS = 10_000
LONGEST_WORD = 40
LONGEST_ID = 200
LONGEST_REASON = 1_000
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def parse_events(payload: Any) -> list[ProviderEvent]:
    """Read a batch, which is a list of objects of which `event` is a word. Raises Rejected."""
    if not isinstance(payload, list) or len(payload) > MOST_EVENTS:
        raise Rejected(f"Events come as a list of at most {MOST_EVENTS:,}.")
    return [parse_event(event) for event in payload]


def parse_event(event: Any) -> ProviderEvent:
    """Read one event; one of a kind that is new to us is noted and changes nothing."""
    if not isinstance(event, Mapping) or not isinstance(event.get("event"), str):
        raise Rejected("An event is an object with the word `event`.", field="event")
    word = event["event"][:LONGEST_WORD]
    blocked = word == "bounce" and event.get("type") == "blocked"
    status, outcome, words = EVENTS.get("blocked" if blocked else word, (EventStatus.NOTED, None, word))
    message_id = text(event, "sg_message_id")
    return ProviderEvent(
        event_id=text(event, "sg_event_id") or fingerprint(event),
        attempt_token=text(event, "attempt"),
        # Behind the first dot stands which machine took it; the API answered with what is before.
        provider_id=message_id.partition(".")[0] if message_id else None,
        status=status,
        code=text(event, "status") or word,
        description=" ".join(filter(None, [words, reason(event)])),
        at=moment(event.get("timestamp")),
        raw=event,
        outcome=outcome,
    )


def text(event: Mapping[str, Any], name: str) -> str | None:
    """Return a short text of an event, or None."""
    given = event.get(name)
    return given[:LONGEST_ID] if isinstance(given, str) and given else None


def reason(event: Mapping[str, Any]) -> str:
    """Return why it failed, in the words of whoever refused it."""
    given = event.get("reason") or event.get("response")
    return given[:LONGEST_REASON] if isinstance(given, str) else ""


def moment(given: Any) -> datetime | None:
    """Return when it happened: seconds since 1970 as a number, or None when it is no such number."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < LATEST:
        return None
    return datetime.fromtimestamp(given, UTC)


def fingerprint(event: Mapping[str, Any]) -> str:
    """Return an id made of the event itself, for one that came without."""
    return hashlib.sha256(json.dumps(event, sort_keys=True, default=str).encode()).hexdigest()
