"""Changing the address one signs in with: asked for here, confirmed by the link in a mail to the new one."""

from flask import flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.account.forms import AddressForm
from app.blueprints.doors import signed_in
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.identity import account_links, email_addresses
from app.domain.identity.account_links import LinkKind
from app.errors import Rejected
from app.unit_of_work import transaction


@blueprint.get("/account/email")
@signed_in()
@fresh
def edit_email() -> str:
    return render_page("account/email.html", form=AddressForm())


@blueprint.post("/account/email")
@signed_in()
@fresh
def create_email() -> Response | tuple[str, int]:
    form = AddressForm()
    if not form.validate_on_submit():
        return render_page("account/email.html", form=form), 422
    try:
        with transaction(platform=True, user=current_user.id):
            email_addresses.ask_change(current_user.id, form.email_address.data)
    except Rejected as problem:
        form.email_address.errors = [problem.message]
        return render_page("account/email.html", form=form), 422
    flash("Open the link in the mail to your new address. Until then the old one holds.", "info")
    return redirect(url_for("account.security"), 303)


@blueprint.get("/email-change/<token>")
@signed_in()
def show_email_change(token: str) -> str:
    with transaction(platform=True, user=current_user.id):
        link = account_links.look_at_link(token, LinkKind.EMAIL_CHANGE, of_user=current_user.id)
    return render_page("account/email_change.html", token=token, address=link.email_address)


@blueprint.post("/email-change/<token>")
@signed_in()
@fresh
def update_email(token: str) -> Response:
    with transaction(platform=True, user=current_user.id):
        email_addresses.change(token, current_user.id, keep=current_user.session_id)
    flash("Your e-mail address is changed. Sign in with it from now on.", "success")
    return redirect(url_for("account.security"), 303)
