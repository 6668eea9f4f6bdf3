"""What every second step does, whatever it asks for: wait, check, count a failure or open the session."""

from collections.abc import Callable

from flask import request

from app.blueprints.doors import network
from app.blueprints.sign_in.known_devices import device_here
from app.blueprints.sign_in.steps import first_factor_token
from app.domain.identity import sessions, users
from app.domain.identity.sessions import OpenSession
from app.domain.identity.throttling import CODE
from app.domain.identity.ways_in import shut_out
from app.models import User
from app.unit_of_work import transaction


def take(half: OpenSession, check: Callable[[], bool], *, proved_by: str) -> str | None:
    """Return a signed-in session's token where the check says yes; a failure is counted before it is told.

    Raises TooManyTries while this account or network must wait.
    """
    email = half.user.email_address
    device = device_here().allowance(email)
    with transaction(platform=True, user=half.user.id):
        users.claim_try(email, network(), device=device, step=CODE)
        if check():
            sessions.end(first_factor_token())
            return opened(half.user, proved_by=proved_by)
        users.note_failure(
            email, network(), reason=proved_by, user_id=half.user.id, device=device, step=CODE, claimed=True
        )
        return None


def opened(user: User, *, proved_by: str) -> str:
    """Open the session of who has proved both factors, and return its token.

    Raises SignInRefused for who has nowhere to go: all their companies are turned off.
    """
    if shut_out(user.id):
        raise users.SignInRefused(users.REFUSED)
    users.note_success(user, network(), device=device_here().allowance(user.email_address))
    agent = str(request.user_agent)
    return sessions.start(
        user.id, sessions.SIGNED_IN, network=network(), user_agent=agent, proved_by=proved_by
    )
