"""A colleague's lost second factor: asking for its removal with a day's notice, and stopping that."""

from flask import g, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.factor_removals import announced, told_stopped
from app.blueprints.people.forms import LostFactorForm
from app.domain.access import giving
from app.domain.access.people import person_here
from app.domain.identity import lost_factor
from app.unit_of_work import transaction


@blueprint.get("/people/<int:user_id>/lost-factor")
@requires("people", "manage")
def lost_factors_new(user_id: int) -> str:
    return _page(user_id, LostFactorForm())


@blueprint.post("/people/<int:user_id>/lost-factor")
@requires("people", "manage")
@fresh
def lost_factors_create(user_id: int) -> Response | tuple[str, int]:
    back = url_for("people.show", user_id=user_id)
    return announced(lambda reason: _ask(user_id, reason), lambda form: _page(user_id, form), back)


@blueprint.post("/people/<int:user_id>/lost-factor/stop")
@requires("people", "manage")
@fresh
def lost_factors_destroy(user_id: int) -> Response:
    with company_transaction():
        giving.require_reach(user_id, g.access)
        stopped = lost_factor.stop(user_id)
    return told_stopped(stopped, url_for("people.show", user_id=user_id))


def _ask(user_id: int, reason: str) -> None:
    with company_transaction():
        giving.require_reach(user_id, g.access)
    with transaction(platform=True, user=current_user.id):
        lost_factor.require_ours_alone(user_id, g.company.id)
    with company_transaction():
        lost_factor.ask_removal(user_id, reason, current_user.id)


def _page(user_id: int, form: LostFactorForm) -> str:
    with company_transaction():
        person = person_here(user_id)
    there = url_for("people.show", user_id=user_id)
    return render_page(
        "people/lost_factor.html", name=person.name, form=form, back=there,
        action=url_for("people.lost_factors_create", user_id=user_id),
        crumbs=[("People & access", url_for("people.index")), (person.name, there)],
    )  # fmt: skip
