"""Inviting a person by e-mail with their first role, and sending the link once more."""

from flask import flash, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.forms import SOME, InvitationForm
from app.domain.access import giving
from app.domain.access.roles import given_here
from app.domain.identity import invitations, resets
from app.domain.tenancy.companies import customers_here
from app.errors import Rejected


@blueprint.get("/people/invite")
@requires("people", "manage")
def invitations_new() -> str:
    """Ask who; `place` is the customer they are to see, where one came from its page."""
    form = _form()
    wanted = request.args.get("place", type=int)
    if wanted in [one.value for one in form.customers.choices]:
        form.reach.data, form.customers.data = SOME, [wanted]
    return _page(form)


@blueprint.post("/people/invite")
@requires("people", "manage")
@fresh
def invitations_create() -> Response | tuple[str, int]:
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with company_transaction():
            user_id = invitations.invite(
                form.email_address.data, form.first_name.data, form.last_name.data, current_user.id
            )
            giving.give(user_id, form.role_id.data, form.wanted, giver=g.access)
    except Rejected as problem:
        form.refuse(problem)
        return _page(form), 422
    flash(f"Invited. The link in the e-mail to {form.email_address.data} holds for two days.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/invitation")
@requires("people", "manage")
@fresh
def invitations_update(user_id: int) -> Response:
    with company_transaction():
        giving.known_here(user_id)
        invitations.invite_again(user_id, current_user.id)
    flash("Sent again. The link in the earlier e-mail opens nothing any more.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/reset")
@requires("people", "manage")
@fresh
def resets_create(user_id: int) -> Response:
    try:
        with company_transaction():
            giving.known_here(user_id)
            resets.send_reset(user_id, current_user.id)
    except Rejected as problem:
        flash(problem.message, "error")
    else:
        flash(
            "Sent. Nobody but who reads that e-mail can use the link, once and for half an hour.", "success"
        )
    return redirect(url_for("people.show", user_id=user_id), 303)


def _form() -> InvitationForm:
    with company_transaction():
        roles, places = given_here(), customers_here()
    form = InvitationForm()
    form.offer(roles, places, g.customers)
    return form if form.is_submitted() else form.suggest(roles, g.company.kind)


def _page(form: InvitationForm) -> str:
    return render_page("people/invite.html", form=form)
