"""What every second step does, whatever it asks for: wait, check, count a failure or open the session."""

from collections.abc import Callable

from flask import request

from app.blueprints.doors import network
from app.blueprints.sign_in.known_devices import device_here
from app.blueprints.sign_in.steps import Opened, first_factor_token, half_way
from app.domain.identity import devices, sessions, users
from app.domain.identity.sessions import OpenSession
from app.domain.identity.throttling import CODE
from app.domain.identity.ways_in import shut_out
from app.models import User


def take(check: Callable[[OpenSession], bool], *, proved_by: str) -> Opened | None:
    """Open the session of who is half signed in where the check says yes, all in one transaction.

    A failure is counted before it is told. Raises StartAgain where nobody is half signed in, and TooManyTries
    while this account or network must wait.
    """
    with half_way() as half:
        email = half.user.email_address
        device = device_here().allowance(email)
        users.claim_try(email, network(), device=device, step=CODE)
        if check(half):
            sessions.end(first_factor_token())
            return open_session(half.user, proved_by=proved_by)
        users.note_failure(
            email, network(), reason=proved_by, user_id=half.user.id, device=device, step=CODE, claimed=True
        )
        return None


def open_session(user: User, *, proved_by: str) -> Opened:
    """Open the session of who has proved both factors; they are told by mail of a browser not known before.

    Raises SignInRefused for who has nowhere to go: all their companies are turned off.
    """
    if shut_out(user.id):
        raise users.SignInRefused(users.REFUSED)
    device, agent = device_here().allowance(user.email_address), str(request.user_agent)
    users.note_success(user, network(), device=device)
    if not device:
        devices.tell_of_new_device(user.id, network=network(), user_agent=agent)
    token = sessions.start(
        user.id, sessions.SIGNED_IN, network=network(), user_agent=agent, proved_by=proved_by
    )
    return Opened(token, user.email_address)
