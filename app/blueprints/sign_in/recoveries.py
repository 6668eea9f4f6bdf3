"""The second step with a recovery code, when the phone is lost."""

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import public, settings
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.forms import RecoveryForm
from app.blueprints.sign_in.second_steps import take
from app.blueprints.sign_in.steps import half_signed_in, into_the_portal
from app.domain.identity import recovery_codes, users

WRONG = "That recovery code is not right, or was used before."


@blueprint.get("/sign-in/recovery")
@public("the five-minute step after the password is the guard")
def recovery() -> str:
    half_signed_in()
    return _page(RecoveryForm(next=request.args.get("next", "")))


@blueprint.post("/sign-in/recovery")
@public("the five-minute step after the password is the guard")
def use_recovery_code() -> Response | tuple[str, int]:
    form = RecoveryForm()
    if not form.validate_on_submit():
        half_signed_in()
        return _page(form), 422
    pepper = settings().secret_key
    try:
        opened = take(
            lambda half: recovery_codes.use_code(half.user.id, form.recovery_code.data, pepper=pepper),
            proved_by="recovery",
        )
    except users.TooManyTries as problem:
        form.recovery_code.errors = [problem.message]
        return _page(form), problem.status
    if opened is None:
        form.recovery_code.errors = [WRONG]
        return _page(form), 422
    answer = into_the_portal(opened, url_for("account.security"))
    flash(
        "You used a recovery code. If your phone is lost, set up another second factor here now.", "warning"
    )
    return answer


def _page(form: RecoveryForm) -> str:
    return render_template("sign_in/recovery.html", form=form)
