"""The page of one's own settings."""

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.account.forms import PreferencesForm
from app.blueprints.addresses import is_own_path
from app.blueprints.doors import signed_in
from app.blueprints.pages import render_page
from app.domain.identity import preferences
from app.unit_of_work import transaction


@blueprint.get("/account")
@signed_in()
def show() -> str:
    return render_page("account/show.html", form=PreferencesForm(obj=current_user), back=_back())


@blueprint.post("/account")
@signed_in()
def update() -> Response | tuple[str, int]:
    form = PreferencesForm()
    if not form.validate_on_submit():
        return render_page("account/show.html", form=form, back=_back()), 422
    with transaction(platform=True, user=current_user.id):
        preferences.change_preferences(current_user.id, **form.wanted)
    flash("Your settings are saved.", "success")
    return redirect(url_for("account.show", back=_back()), 303)


def _back() -> str | None:
    """Return the page one came from, where it is one of ours."""
    target = request.args.get("back", "")
    return target if is_own_path(target) else None
