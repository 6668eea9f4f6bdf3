"""A passkey as the second step, or as both where its owner chose so."""

from flask import Response, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.doors import network, public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.second_steps import open_session, take
from app.blueprints.sign_in.steps import Opened, half_signed_in, into_the_portal
from app.domain.identity import passkeys, users
from app.domain.identity.passkeys import SECOND, SIGN_IN, Site
from app.models import User
from app.unit_of_work import session as session_of_unit
from app.unit_of_work import transaction

WRONG = "That passkey was not accepted. Try again, or use another way."


@blueprint.post("/sign-in/passkey/options")
@public("who asks is not known yet; a challenge alone opens nothing")
def passkey_options() -> Response:
    """Answer with what the browser needs to ask the device, as JSON."""
    half = half_signed_in() if request.form.get("purpose") == SECOND else None
    with transaction(platform=True, user=half.user.id if half else None):
        asked = passkeys.ask(SECOND if half else SIGN_IN, half.user.id if half else None, site())
    session["challenge"] = asked.id
    return Response(asked.options, mimetype="application/json")


@blueprint.post("/sign-in/code/passkey")
@public("the five-minute step after the password is the guard")
def check_passkey() -> AnyResponse:
    number, given, target = challenge(), request.form.get("credential", ""), request.form.get("next", "")
    try:
        opened = take(
            lambda half: passkeys.accept(number, SECOND, half.user.id, given, site()) is not None,
            proved_by="passkey",
        )
    except users.TooManyTries as problem:
        return _again("sign_in.code", problem.message, target)
    return into_the_portal(opened, target) if opened else _again("sign_in.code", WRONG, target)


@blueprint.post("/sign-in/passkey")
@public("one cannot be signed in before signing in")
def create_by_passkey() -> AnyResponse:
    target = request.form.get("next", "")
    try:
        opened = _by_passkey_alone(request.form.get("credential", ""))
    except users.TooManyTries as problem:
        return _again("sign_in.new", problem.message, target)
    return into_the_portal(opened, target) if opened else _again("sign_in.new", WRONG, target)


def site() -> Site:
    """Return who we are to an authenticator."""
    return Site.at(settings().public_url)


def challenge() -> int:
    """Return the number of the challenge this browser was given last, and forget it."""
    return int(session.pop("challenge", 0))


def _by_passkey_alone(credential: str) -> Opened | None:
    with transaction(platform=True):
        users.check_waits("", network())
        user_id = passkeys.accept(challenge(), SIGN_IN, None, credential, site())
        user = session_of_unit().get(User, user_id) if user_id else None
        if user is None or not user.active or user.locked:
            users.note_failure("", network(), reason="passkey")
            return None
        return open_session(user, proved_by="passkey")


def _again(endpoint: str, problem: str, target: str) -> AnyResponse:
    flash(problem, "error")
    return redirect(url_for(endpoint, next=target or None), 303)
