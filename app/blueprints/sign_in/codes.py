"""The second step: the code of the authenticator app, and the ways to the other factors."""

from flask import Response, render_template, request

from app.blueprints.doors import public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.second_steps import take
from app.blueprints.sign_in.steps import half_signed_in, into_the_portal
from app.domain.identity import factors, text_codes, users
from app.domain.identity.held_factors import FactorsHeld, factors_of
from app.domain.identity.sessions import OpenSession
from app.unit_of_work import transaction

WRONG = "That code is not right, or was used before. Wait for the next one and try again."


@blueprint.get("/sign-in/code")
@public("the five-minute step after the password is the guard")
def code() -> str:
    return _page(half_signed_in(), CodeForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in/code")
@public("the five-minute step after the password is the guard")
def check_code() -> Response | tuple[str, int]:
    half = half_signed_in()
    form = CodeForm()
    token, status = take_code(half, form, enrolling=False)
    if token is None:
        return _page(half, form), status
    return into_the_portal(token, form.next.data or "")


def take_code(half: OpenSession, form: CodeForm, *, enrolling: bool) -> tuple[str | None, int]:
    """Return a signed-in session's token; or None and the status, with the reason in the form."""
    if not form.validate_on_submit():
        return None, 422
    keys = settings().field_keys
    try:
        token = take(
            half,
            lambda: users.check_code(half.user.id, form.code.data, keys=keys, enrolling=enrolling),
            proved_by="app",
        )
    except users.TooManyTries as problem:
        form.code.errors = [problem.message]
        return None, problem.status
    if token is None:
        form.code.errors = [WRONG]
    return token, 303 if token else 422


def shown_code(half: OpenSession, *, pending: bool = False) -> str | None:
    """Return a code that will be accepted now, in the demo only: there is no phone to look at."""
    if not settings().is_demo:
        return None
    with transaction(platform=True, user=half.user.id):
        return factors.acceptable_code(half.user.id, keys=settings().field_keys, pending=pending)


def held_by(half: OpenSession) -> FactorsHeld:
    """Return which second factors the person can use."""
    with transaction(platform=True, user=half.user.id):
        return factors_of(half.user.id)


def _page(half: OpenSession, form: CodeForm) -> str:
    with transaction(platform=True, user=half.user.id):
        held = factors_of(half.user.id)
        texts = bool(held.text_to) and text_codes.are_allowed(half.user.id)
    return render_template("sign_in/code.html", form=form, shown=shown_code(half), held=held, texts=texts)
