"""The second step: the code of the authenticator app, and the ways to the other factors."""

from flask import Response, render_template, request

from app.blueprints.doors import public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import CodeForm
from app.blueprints.sign_in.second_steps import take
from app.blueprints.sign_in.steps import Opened, half_way, into_the_portal
from app.domain.identity import factors, text_codes, users
from app.domain.identity.held_factors import factors_of
from app.domain.identity.sessions import OpenSession

WRONG = "That code is not right, or was used before. Wait for the next one and try again."


@blueprint.get("/sign-in/code")
@public("the five-minute step after the password is the guard")
def code() -> str:
    return _page(CodeForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in/code")
@public("the five-minute step after the password is the guard")
def check_code() -> Response | tuple[str, int]:
    form = CodeForm()
    opened, status = take_code(form, enrolling=False)
    return into_the_portal(opened, form.next.data or "") if opened else (_page(form), status)


def take_code(form: CodeForm, *, enrolling: bool) -> tuple[Opened | None, int]:
    """Return a session that is now open; or None and the status, with the reason in the form."""
    if not form.validate_on_submit():
        return None, 422
    keys = settings().field_keys
    try:
        opened = take(
            lambda half: users.check_code(half.user.id, form.code.data, keys=keys, enrolling=enrolling),
            proved_by="app",
        )
    except users.TooManyTries as problem:
        form.code.errors = [problem.message]
        return None, problem.status
    if opened is None:
        form.code.errors = [WRONG]
    return opened, 303 if opened else 422


def shown_code(half: OpenSession, *, pending: bool = False) -> str | None:
    """Return a code that will be accepted now, in the demo only: there is no phone to look at."""
    if not settings().is_demo:
        return None
    return factors.acceptable_code(half.user.id, keys=settings().field_keys, pending=pending)


def _page(form: CodeForm) -> str:
    with half_way() as half:
        held, shown = factors_of(half.user.id), shown_code(half)
        texts = bool(held.text_to) and text_codes.are_allowed(half.user.id)
    return render_template("sign_in/code.html", form=form, shown=shown, held=held, texts=texts)
