"""A colleague's lost second factor: asking for its removal with a day's notice, and stopping that."""

from flask import flash, g, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.forms import LostFactorForm
from app.domain.access import giving
from app.domain.access.people import person_here
from app.domain.identity import lost_factor
from app.errors import Rejected
from app.unit_of_work import transaction


@blueprint.get("/people/<int:user_id>/lost-factor")
@requires("people", "manage")
def lost_factors_new(user_id: int) -> str:
    return _page(user_id, LostFactorForm())


@blueprint.post("/people/<int:user_id>/lost-factor")
@requires("people", "manage")
@fresh
def lost_factors_create(user_id: int) -> Response | tuple[str, int]:
    form = LostFactorForm()
    if not form.validate_on_submit():
        return _page(user_id, form), 422
    try:
        with company_transaction():
            giving.require_reach(user_id, g.access)
        with transaction(platform=True, user=current_user.id):
            lost_factor.require_ours_alone(user_id, g.company.id)
        with company_transaction():
            lost_factor.ask_removal(user_id, form.reason.data, current_user.id)
    except Rejected as problem:
        form.reason.errors = [problem.message]
        return _page(user_id, form), 422
    flash("Announced. They have an e-mail now, and tomorrow at this time set up a new one.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/lost-factor/stop")
@requires("people", "manage")
@fresh
def lost_factors_destroy(user_id: int) -> Response:
    with company_transaction():
        giving.require_reach(user_id, g.access)
        stopped = lost_factor.stop(user_id)
    flash(
        "Stopped: their second factor stays." if stopped else "There was nothing to stop any more.", "success"
    )
    return redirect(url_for("people.show", user_id=user_id), 303)


def _page(user_id: int, form: LostFactorForm) -> str:
    with company_transaction():
        person = person_here(user_id)
    there = url_for("people.show", user_id=user_id)
    return render_page(
        "people/lost_factor.html", name=person.name, form=form, back=there,
        action=url_for("people.lost_factors_create", user_id=user_id),
        crumbs=[("People & access", url_for("people.index")), (person.name, there)],
    )  # fmt: skip
