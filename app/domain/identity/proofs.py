"""Proving again who one is, before something sensitive: with the password or a code of the app."""

from collections.abc import Sequence

from app.domain.audit import events
from app.domain.identity import factors, sessions, throttling, users


def prove(
    user_id: int,
    session_id: int,
    email_address: str,
    network: str,
    *,
    password: str,
    code: str,
    pepper: str,
    keys: Sequence[str],
) -> str | None:
    """Return the session's new token where the password or the code is right, else None.

    A failure counts like one of signing in; raises TooManyTries while one must wait.
    """
    users.check_waits(email_address, network)
    if password:
        fits = users.check_password(email_address, password, pepper=pepper) == user_id
    else:
        fits = bool(code) and factors.accept_code(user_id, code, keys=keys)
    if not fits:
        throttling.count_failure(throttling.subjects(email_address.lower(), network))
        events.record("proof_failed", "users", user_id, network=network)
        return None
    return note_proof(user_id, session_id, how="password" if password else "code")


def note_proof(user_id: int, session_id: int, *, how: str) -> str:
    """Put it on the trail that the person proved who they are; return the session's new token."""
    events.record("proved", "users", user_id, how=how)
    return sessions.renew(session_id)
