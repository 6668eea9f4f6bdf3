"""Stopping the removal of one's second factor, by the link in the mail that announced it."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import public
from app.blueprints.sign_in import blueprint
from app.blueprints.sign_in.choosing import address_behind
from app.domain.identity import lost_factor
from app.domain.identity.account_links import LinkKind
from app.unit_of_work import transaction


@blueprint.get("/factor-reset/<token>")
@public("the one-time link in the mail is the guard")
def show_factor_reset(token: str) -> str:
    address = address_behind(token, LinkKind.STOP_FACTOR_RESET)
    return render_template("sign_in/factor_reset.html", token=token, address=address)


@blueprint.post("/factor-reset/<token>")
@public("the one-time link in the mail is the guard")
def destroy_factor_reset(token: str) -> Response:
    with transaction(platform=True):
        lost_factor.stop_by_link(token)
    flash("It is stopped: your second factor stays as it is.", "success")
    return redirect(url_for("sign_in.new"), 303)
