"""Semantic events on the trail: what was meant, above what the triggers record.

Each action declares its keys and its sentence; other keys raise, so that a sentence never has a hole.
"""

from collections.abc import Mapping
from string import Formatter
from typing import Any, Final

import orjson
from sqlalchemy import text

from app.unit_of_work import session

SENTENCES: Final = {
    "signed_in": "signed in from {network}",
    "sign_in_failed": "could not sign in from {network}: {reason}",
    "signed_out": "signed out",
    "password_changed": "chose a new password",
    "email_changed": "changed the address they sign in with from {old} to {new}",
    "invited": "invited {email}",
    "reset_asked": "asked for a new password",
    "reset_sent": "sent a link for a new password",
    "factor_reset_asked": "asked to remove a second factor: {reason}",
    "factor_reset_stopped": "stopped the removal of the second factor",
    "factor_reset_done": "a second factor was removed, as asked for",
    "factor_removed": "took away their {factor}",
    "passkey_added": "added the passkey “{name}”",
    "passkey_removed": "removed the passkey “{name}”",
    "text_factor_added": "added codes by text to the number ending in {number}",
    "recovery_codes_made": "made new recovery codes",
    "recovery_code_used": "used a recovery code; {left} are left",
    "sessions_ended": "signed out elsewhere: {sessions} sessions",
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
    "app.made": "made the app “{name}”, for {reach}",
    "app.changed": "changed the app “{name}”, for {reach}",
    "app.turned_off": "turned the app “{name}” off: its keys no longer work",
    "app.turned_on": "turned the app “{name}” on again",
    "api_key.made": "made the API key “{name}” of the app “{app}”; it may: {scopes}; it holds until {until}",
    "api_key.revoked": "revoked the API key “{name}” of the app “{app}”",
    "api_key.refused": "a key of the app “{app}” was refused from {network}: {reason}",
    "group.changed": "changed the group “{name}”: {companies} companies, led by {master}",
    "group.removed": "dissolved the group “{name}”",
    "shard.added": "let “{name}” serve {region}",
    "shard.removed": "let “{name}” no longer serve {region}",
    "role.made": "made the role “{role}”",
    "role.changed": "changed the role “{role}”; gained: {gained}; lost: {lost}",
    "role.removed": "removed the role “{role}”",
    "role.tried_on": "looked at the pages as the role “{role}” shows them",
    "grant.given": "gave {person} the role “{role}” for {where}",
    "grant.changed": "gave {person} the role “{role}” for {where}, instead of “{before}”",
    "grant.taken": "took the role “{role}” for {where} from {person}",
    "person.turned_off": "turned {person} off in this company",
    "person.turned_on": "turned {person} on again in this company",
    "person.signed_out": "signed {person} out everywhere: {sessions} sessions",
    "person.shut_out": "turned {person} off at every company: {sessions} sessions ended",
    "person.let_in": "turned {person} on again at every company",
    "trail.viewed": "looked at the trail",
    "visit.opened": "came to look into this company for {minutes} minutes: {reason}",
    "visit.raised": "may change things until the visit ends: {reason}",
    "visit.ended": "left this company",
    "visit.viewed": "viewed {page}",
    "visit.refused": "was refused: {what}",
    "access_denied": "was refused {module}/{function}",
}
# Kept with an event and not said in its sentence: who a visitor was, and which page it was exactly.
ASIDE: Final[Mapping[str, frozenset[str]]] = {
    "visit.opened": frozenset({"visitor"}),
    "visit.raised": frozenset({"visitor"}),
    "visit.ended": frozenset({"visitor"}),
    "visit.viewed": frozenset({"visitor", "path", "ids"}),
    "visit.refused": frozenset({"visitor", "path", "ids"}),
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
    """Return the keys an action takes, said or kept aside; raise KeyError for an undeclared action."""
    said = {name for _, name, _, _ in Formatter().parse(SENTENCES[action]) if name}
    return said | ASIDE.get(action, frozenset())


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
