"""The list behind the company's name at the top: the companies one has a role at."""

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.doors import signed_in
from app.domain.access import grants
from app.unit_of_work import transaction

FILTERED_FROM = 9


@blueprint.get("/companies/switcher")
@signed_in()
def switcher() -> str | Response:
    if not request.headers.get("HX-Request"):
        return redirect(url_for("sign_in.companies"))
    with transaction(platform=True, user=current_user.id):
        mine = grants.companies_of(current_user.id)
    sought = request.args.get("q", "").strip()
    return render_template(
        "account/_switcher.html",
        found=[one for one in mine if sought.casefold() in one.name.casefold()],
        sought=sought,
        filtered=len(mine) >= FILTERED_FROM,
        here=request.args.get("here", ""),
        supports=current_user.platform.may("support", "companies"),
    )
