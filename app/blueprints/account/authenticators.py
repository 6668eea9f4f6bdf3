"""One's authenticator app: set up, replaced by another, or removed."""

from flask import flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.account.forms import CodeForm
from app.blueprints.account.sessions import end_others
from app.blueprints.doors import settings, signed_in
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.qr_codes import drawn
from app.domain.identity import factors
from app.unit_of_work import transaction

WRONG = "That code is not right. Type the one that the new app shows now."


@blueprint.get("/account/authenticator")
@signed_in()
@fresh
def new_authenticator() -> str:
    return _page(CodeForm())


@blueprint.post("/account/authenticator")
@signed_in()
@fresh
def create_authenticator() -> Response | tuple[str, int]:
    form, me = CodeForm(), current_user.id
    if not form.validate_on_submit():
        return _page(form), 422
    with transaction(platform=True, user=me):
        taken = factors.confirm_enrolment(me, form.code.data, keys=settings().field_keys, replacing=True)
    if not taken:
        form.code.errors = [WRONG]
        return _page(form), 422
    if form.others.data:
        end_others()
    flash("The authenticator app is set up.", "success")
    return redirect(url_for("account.security"), 303)


@blueprint.post("/account/authenticator/removal")
@signed_in()
@fresh
def destroy_authenticator() -> Response:
    with transaction(platform=True, user=current_user.id):
        factors.remove_app(current_user.id)
    flash("The authenticator app is removed.", "success")
    return redirect(url_for("account.security"), 303)


def _page(form: CodeForm) -> str:
    me, keys = current_user, settings().field_keys
    with transaction(platform=True, user=me.id):
        pending = factors.begin_enrolment(me.id, me.email_address, keys=keys, replacing=True)
        shown = factors.acceptable_code(me.id, keys=keys, pending=True) if settings().is_demo else None
    return render_page(
        "account/authenticator.html", form=form, pending=pending, qr=drawn(pending.uri), shown=shown
    )
