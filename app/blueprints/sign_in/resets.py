"""A new password for who forgot theirs: asked for by address, chosen by the link in the mail."""

from flask import Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.blueprints.doors import public
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.choosing import address_behind, by_link, rules
from app.blueprints.sign_in.forms import AddressForm, NewPasswordForm
from app.domain.identity import resets
from app.domain.identity.account_links import LinkDead, LinkKind
from app.unit_of_work import transaction

ONE_ANSWER = (
    "If somebody signs in with this address, a link is on its way to it. It holds for 30 minutes. "
    "Nothing there? Look among the unwanted mails, then ask again."
)
PAGE = "sign_in/new_password.html"


@blueprint.get("/forgotten")
@public("who cannot sign in asks for a new password here")
def new_reset() -> str:
    return render_template("sign_in/forgotten.html", form=AddressForm())


@blueprint.post("/forgotten")
@public("who cannot sign in asks for a new password here")
def create_reset() -> AnyResponse | tuple[str, int]:
    form = AddressForm()
    if not form.validate_on_submit():
        return render_template("sign_in/forgotten.html", form=form), 422
    with transaction(platform=True):
        resets.ask(form.email_address.data)
    flash(ONE_ANSWER, "info")
    return redirect(url_for("sign_in.new"), 303)


@blueprint.get("/password-reset/<token>")
@public("the one-time link in the mail is the guard")
def edit_reset(token: str) -> str:
    address = address_behind(token, LinkKind.RESET)
    return render_template(PAGE, form=NewPasswordForm(), token=token, address=address, **rules())


@blueprint.post("/password-reset/<token>")
@public("the one-time link in the mail is the guard")
def update_reset(token: str) -> Response | tuple[str, int]:
    return by_link(token, LinkKind.RESET, PAGE, NewPasswordForm())


@blueprint.app_errorhandler(LinkDead)
def dead_link(problem: LinkDead) -> tuple[str, int]:
    return render_template("sign_in/dead_link.html", problem=problem), problem.status
