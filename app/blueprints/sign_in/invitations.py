"""Accepting an invitation: a password is chosen by the link in the mail, then the second factor is set up."""

from flask import Response, render_template

from app.blueprints.doors import public
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.choosing import address_behind, by_link, rules
from app.blueprints.sign_in.forms import NewPasswordForm
from app.domain.identity.account_links import LinkKind

PAGE = "sign_in/invitation.html"


@blueprint.get("/invitation/<token>")
@public("the one-time link in the mail is the guard")
def edit_invitation(token: str) -> str:
    address = address_behind(token, LinkKind.INVITATION)
    return render_template(PAGE, form=NewPasswordForm(), token=token, address=address, **rules())


@blueprint.post("/invitation/<token>")
@public("the one-time link in the mail is the guard")
def update_invitation(token: str) -> Response | tuple[str, int]:
    return by_link(token, LinkKind.INVITATION, PAGE, NewPasswordForm())
