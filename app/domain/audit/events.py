"""Semantic events on the trail: what was meant, above what the triggers record.

Each action declares its keys and its sentence; other keys raise, so that a sentence never has a hole.
"""

from string import Formatter
from typing import Any, Final

import orjson
from sqlalchemy import text

from app.unit_of_work import session

SENTENCES: Final = {
    "signed_in": "signed in from {network}",
    "sign_in_failed": "could not sign in from {network}: {reason}",
    "signed_out": "signed out",
    "proved": "proved who they are, by {how}",
    "proof_failed": "could not prove who they are, from {network}",
    "factor_enrolled": "set up an authenticator app",
    "packet.uploaded": "uploaded “{filename}”",
    "packet.imported": "imported “{filename}”: {records} records of {rows} rows",
    "packet.discarded": "discarded “{filename}”",
    "packet.problems_downloaded": "downloaded the problem rows of “{filename}”: {rows} rows",
    "broadcast.scheduled": "scheduled “{name}” for {send_at}",
    "broadcast.planned": "“{name}” became {messages} messages",
    "broadcast.cancelled": "cancelled “{name}”: {messages} messages had not gone out",
    "broadcast.paused": "paused “{name}”",
    "broadcast.resumed": "resumed “{name}”",
    "lane.paused": "sending by {channel} stopped: {reason}",
    "opted_out": "a person opted out of {channel}",
    "opted_in": "a person opted in to {channel} again",
    "company.created": "created the company “{name}” at /c/{alias}/",
    "company.moved": "changed the address of “{name}” from /c/{before}/ to /c/{after}/",
    "company.turned_off": "turned “{name}” off: {messages} messages wait",
    "company.turned_on": "turned “{name}” on again; what became due meanwhile is to {late}",
    "customer.turned_off": "turned “{name}” off: {messages} messages wait",
    "customer.turned_on": "turned “{name}” on again; what became due meanwhile is to {late}",
    "customers.ids_taken_in": "took in {added} external ids from “{filename}”",
    "group.changed": "changed the group “{name}”: {companies} companies, led by {master}",
    "group.removed": "dissolved the group “{name}”",
    "shard.added": "let “{name}” serve {region}",
    "shard.removed": "let “{name}” no longer serve {region}",
    "trail.viewed": "looked at the trail",
    "access_denied": "was refused {module}/{function}",
}


def record(action: str, table: str = "", entity_id: int | None = None, **details: Any) -> None:
    """Write one semantic event in the open transaction; raise ValueError where the keys do not fit."""
    expected = keys_of(action)
    if set(details) != expected:
        raise ValueError(f"{action} takes {sorted(expected)}, not {sorted(details)}.")
    session().execute(
        text("SELECT trail_event(:action, :table, :entity, CAST(:details AS jsonb))"),
        {"action": action, "table": table, "entity": entity_id, "details": orjson.dumps(details).decode()},
    )


def keys_of(action: str) -> set[str]:
    """Return the keys an action's sentence needs; raise KeyError for an undeclared action."""
    return {name for _, name, _, _ in Formatter().parse(SENTENCES[action]) if name}


def sentence(action: str, details: dict[str, Any] | None) -> str:
    """Say a stored event in words; the template is ours, and the values are only inserted."""
    template = SENTENCES.get(action)
    if template is None:
        return action
    known = {key: str((details or {}).get(key, "…")) for key in keys_of(action)}
    parts = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(literal)
        if name:
            parts.append(known[name])
    return "".join(parts)
