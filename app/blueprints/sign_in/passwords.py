"""The first step: e-mail address and password."""

from flask import Response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.doors import network, public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import PasswordForm
from app.blueprints.sign_in.steps import safe_target, to_code_page
from app.domain.identity import factors, users
from app.unit_of_work import transaction


@blueprint.get("/sign-in")
@public("one cannot be signed in before signing in")
def new() -> str | AnyResponse:
    if current_user.is_authenticated:
        return redirect(safe_target(request.args.get("next", "")))
    form = PasswordForm(next=request.args.get("next", ""))
    return render_template("sign_in/password.html", form=form)


@blueprint.post("/sign-in")
@public("one cannot be signed in before signing in")
def create() -> Response | tuple[str, int]:
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("sign_in/password.html", form=form), 422
    try:
        user_id, enrolled = _check(form.email_address.data, form.password.data)
    except users.TooManyTries as problem:
        form.password.errors = [problem.message]
        return render_template("sign_in/password.html", form=form), problem.status
    if user_id is None:
        form.password.errors = [users.REFUSED]
        return render_template("sign_in/password.html", form=form), 422
    return to_code_page(user_id, enrolled=enrolled, target=form.next.data or "")


def _check(email_address: str, password: str) -> tuple[int | None, bool]:
    """Return who it is and whether they have a second factor; a failure is counted before it is told."""
    with transaction(platform=True):
        users.check_waits(email_address, network())
        user_id = users.check_password(email_address, password, pepper=settings().secret_key)
        if user_id is None:
            users.note_failure(email_address, network(), reason="password")
            return None, False
        return user_id, factors.has_factor(user_id)
