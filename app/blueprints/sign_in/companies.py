"""Where a signed-in person goes first: their company, the list to choose from, or support's home."""

from flask import redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import public, signed_in
from app.blueprints.sign_in import blueprint
from app.domain.access import grants
from app.unit_of_work import transaction


@blueprint.get("/")
@public("it only sends one on to the right page")
def front_door() -> Response:
    return redirect(url_for("sign_in.companies" if current_user.is_authenticated else "sign_in.new"))


@blueprint.get("/companies")
@signed_in()
def companies() -> str | Response:
    if current_user.needs_passkey:
        return redirect(url_for("account.security"))
    with transaction(platform=True, user=current_user.id):
        mine = grants.companies_of(current_user.id)
    supports = current_user.platform.may("support", "companies")
    if supports and not mine:
        return redirect(url_for("support.companies"))
    if len(mine) == 1 and not supports:
        return redirect(url_for("home.show", alias=mine[0].alias))
    return render_template("sign_in/companies.html", mine=mine, supports=supports)
