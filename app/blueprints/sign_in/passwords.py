"""The first step: e-mail address and password."""

from flask import Response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.doors import network, public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import PasswordForm
from app.blueprints.sign_in.known_devices import device_here
from app.blueprints.sign_in.steps import FirstStep, first_step, safe_target, to_code_page
from app.domain.identity import passwords, users
from app.domain.identity.ways_in import shut_out
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
        step = _check(form.email_address.data, form.password.data)
    except users.TooManyTries as problem:
        form.password.errors = [problem.message]
        return render_template("sign_in/password.html", form=form), problem.status
    if step is None:
        form.password.errors = [users.REFUSED]
        return render_template("sign_in/password.html", form=form), 422
    return to_code_page(step, target=form.next.data or "")


def _check(email_address: str, password: str) -> FirstStep | None:
    """Take the first step where the password fits; a failure is counted before it is told.

    The try is claimed first, and no connection is held while the password is hashed.
    """
    pepper, device = settings().secret_key, device_here().allowance(email_address)
    with transaction(platform=True):
        users.claim_try(email_address, network(), device=device)
        stored = users.stored_password(email_address)
    fits = passwords.password_fits(password, stored.password_hash, pepper=pepper)
    user_id = stored.user_id if fits and stored.may_sign_in else None
    renewed = passwords.renewed(password, stored.password_hash, pepper=pepper) if user_id else None
    with transaction(platform=True, user=user_id):
        if user_id is None or shut_out(user_id):
            users.note_failure(email_address, network(), reason="password", device=device, claimed=True)
            return None
        users.note_password(email_address, network(), device=device)
        if renewed:
            passwords.renew_hash(user_id, renewed)
        return first_step(user_id)
