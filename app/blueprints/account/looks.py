"""Light or dark, and how dense: switched at once from the account menu."""

from flask import json, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.addresses import is_own_path
from app.blueprints.doors import signed_in
from app.domain.identity import preferences
from app.unit_of_work import transaction


@blueprint.post("/account/look")
@signed_in()
def update_look() -> Response:
    theme, density = request.form.get("theme"), request.form.get("density")
    with transaction(platform=True, user=current_user.id):
        preferences.change_preferences(current_user.id, theme=theme, density=density)
    back = request.form.get("back", "")
    if not request.headers.get("HX-Request"):
        return redirect(back if is_own_path(back) else url_for("account.show"), 303)
    now = {"theme": theme or current_user.theme, "density": density or current_user.density}
    answer = make_response(render_template("account/_look.html", back=back, **now))
    answer.headers["HX-Trigger"] = json.dumps({"look": now})
    return answer
