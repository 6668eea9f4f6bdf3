"""Choosing another password, for who knows the one they have."""

from flask import flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.account.forms import NewPasswordForm
from app.blueprints.doors import signed_in
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.sign_in.choosing import new_hash, rules
from app.domain.identity import account_links, passwords, sessions
from app.domain.identity.account_links import LinkKind
from app.domain.identity.notices import tell
from app.errors import Rejected
from app.unit_of_work import transaction


@blueprint.get("/account/password")
@signed_in()
@fresh
def edit_password() -> str:
    return _page(NewPasswordForm())


@blueprint.post("/account/password")
@signed_in()
@fresh
def update_password() -> Response | tuple[str, int]:
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        hashed = new_hash(current_user.id, form.password.data)
    except Rejected as problem:
        form.password.errors = [problem.message]
        return _page(form), 422
    _keep(hashed, others=form.others.data)
    flash("Your password is changed.", "success")
    return redirect(url_for("account.security"), 303)


def _keep(hashed: str, *, others: bool) -> None:
    with transaction(platform=True, user=current_user.id):
        passwords.keep_password(current_user.id, hashed)
        account_links.end_links(current_user.id, LinkKind.RESET)
        if others:
            sessions.end_all_of(current_user.id, keep=current_user.session_id)
        tell(current_user.id, "password_changed")


def _page(form: NewPasswordForm) -> str:
    return render_page("account/password.html", form=form, **rules())
