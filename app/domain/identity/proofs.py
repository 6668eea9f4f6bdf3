"""Proving again who one is, before something sensitive: with the password, a code or a passkey."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.domain.audit import events
from app.domain.identity import sessions, users
from app.domain.identity.throttling import CODE


@dataclass(frozen=True, slots=True)
class Prover:
    """Who is to prove themselves, in which session, from where."""

    user_id: int
    session_id: int
    email_address: str
    network: str
    device: str = ""


def prove(who: Prover, checks: Mapping[str, Callable[[], bool]]) -> str | None:
    """Return the session's new token where one of the checks says yes, else None.

    `checks` are what was given, by name: password, code or passkey. A failure counts like one of signing
    in; raises TooManyTries while one must wait.
    """
    users.claim_try(who.email_address, who.network, device=who.device, step=CODE)
    how = next((name for name, check in checks.items() if check()), None)
    if how is None:
        events.record("proof_failed", "users", who.user_id, network=who.network)
        return None
    users.forgive_codes(who.email_address, who.network, device=who.device)
    events.record("proved", "users", who.user_id, how=how)
    return sessions.renew(who.session_id, by_passkey=how == "passkey")
