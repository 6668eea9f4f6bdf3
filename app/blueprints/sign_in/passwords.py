"""The first step: e-mail address and password."""

from flask import Response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.doors import network, public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import PasswordForm
from app.blueprints.sign_in.known_devices import device_here
from app.blueprints.sign_in.steps import safe_target, to_code_page
from app.domain.identity import held_factors, passwords, users
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
        user_id, enrolled = _check(form.email_address.data, form.password.data)
    except users.TooManyTries as problem:
        form.password.errors = [problem.message]
        return render_template("sign_in/password.html", form=form), problem.status
    if user_id is None:
        form.password.errors = [users.REFUSED]
        return render_template("sign_in/password.html", form=form), 422
    return to_code_page(user_id, enrolled=enrolled, target=form.next.data or "")


def _check(email_address: str, password: str) -> tuple[int | None, bool]:
    """Return who it is and whether they have a second factor; a failure is counted before it is told.

    The try is claimed first, and no connection is held while the password is hashed.
    """
    pepper, device = settings().secret_key, device_here().allowance(email_address)
    with transaction(platform=True):
        users.claim_try(email_address, network(), device=device)
        stored = users.stored_password(email_address)
    fits = passwords.password_fits(password, stored.password_hash, pepper=pepper)
    if stored.user_id is None or not (fits and stored.may_sign_in and _has_a_way_in(stored.user_id)):
        with transaction(platform=True):
            users.note_failure(email_address, network(), reason="password", device=device, claimed=True)
        return None, False
    renewed = passwords.renewed(password, stored.password_hash, pepper=pepper)
    with transaction(platform=True, user=stored.user_id):
        users.note_password(email_address, network(), device=device)
        if renewed:
            passwords.renew_hash(stored.user_id, renewed)
        return stored.user_id, held_factors.has_factor(stored.user_id)


def _has_a_way_in(user_id: int) -> bool:
    """Say whether there is any company for them; asked only once the password fitted."""
    with transaction(platform=True):
        return not shut_out(user_id)
