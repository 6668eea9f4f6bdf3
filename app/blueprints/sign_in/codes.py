"""The second step: the code of the authenticator app."""

from flask import Response, render_template, request

from app.blueprints.doors import network, public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.steps import first_factor_token, half_signed_in, into_the_portal
from app.domain.identity import factors, sessions, users
from app.domain.identity.sessions import OpenSession
from app.unit_of_work import transaction

WRONG = "That code is not right, or was used before. Wait for the next one and try again."


@blueprint.get("/sign-in/code")
@public("the five-minute step after the password is the guard")
def code() -> str:
    half = half_signed_in()
    form = CodeForm(next=request.args.get("next", ""))
    return render_template("sign_in/code.html", form=form, shown=shown_code(half))


@blueprint.post("/sign-in/code")
@public("the five-minute step after the password is the guard")
def check_code() -> Response | tuple[str, int]:
    half = half_signed_in()
    form = CodeForm()
    token, status = take_code(half, form, enrolling=False)
    if token is None:
        return render_template("sign_in/code.html", form=form, shown=shown_code(half)), status
    return into_the_portal(token, form.next.data or "")


def take_code(half: OpenSession, form: CodeForm, *, enrolling: bool) -> tuple[str | None, int]:
    """Return a signed-in session's token; or None and the status, with the reason in the form."""
    if not form.validate_on_submit():
        return None, 422
    try:
        token = _session_for(half, form.code.data, enrolling=enrolling)
    except users.TooManyTries as problem:
        form.code.errors = [problem.message]
        return None, problem.status
    if token is None:
        form.code.errors = [WRONG]
    return token, 303 if token else 422


def _session_for(half: OpenSession, typed: str, *, enrolling: bool) -> str | None:
    """Start a session where the code is right; a failure is counted before it is told."""
    email, keys = half.user.email_address, settings().field_keys
    with transaction(platform=True, user=half.user.id):
        users.check_waits(email, network())
        if not users.check_code(half.user.id, typed, keys=keys, enrolling=enrolling):
            users.note_failure(email, network(), reason="code", user_id=half.user.id)
            return None
        users.note_success(half.user, network())
        sessions.end(first_factor_token())
        agent = str(request.user_agent)
        return sessions.start(half.user.id, sessions.SIGNED_IN, network=network(), user_agent=agent)


def shown_code(half: OpenSession) -> str | None:
    """Return a code that will be accepted now, in the demo only: there is no phone to look at."""
    if not settings().is_demo:
        return None
    with transaction(platform=True, user=half.user.id):
        return factors.acceptable_code(half.user.id, keys=settings().field_keys)
