"""A lost second factor of anybody, for the platform: of who works for several companies, or for us.

As at a company, a day passes between the word and the deed, and the person can stop it.
"""

from flask import url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.people.factor_removals import announced, told_stopped
from app.blueprints.people.forms import LostFactorForm
from app.blueprints.platform import blueprint
from app.blueprints.platform.people import as_oneself
from app.domain.access import everywhere
from app.domain.identity import lost_factor


@blueprint.get("/platform/people/<int:user_id>/lost-factor")
@requires("platform", "people")
def lost_factors_new(user_id: int) -> str:
    return _page(user_id, LostFactorForm())


@blueprint.post("/platform/people/<int:user_id>/lost-factor")
@requires("platform", "people")
@fresh
def lost_factors_create(user_id: int) -> Response | tuple[str, int]:
    back = url_for("platform.people_show", user_id=user_id)
    return announced(lambda reason: _ask(user_id, reason), lambda form: _page(user_id, form), back)


@blueprint.post("/platform/people/<int:user_id>/lost-factor/stop")
@requires("platform", "people")
@fresh
def lost_factors_destroy(user_id: int) -> Response:
    with as_oneself("a platform administrator stops the removal of a second factor"):
        stopped = lost_factor.stop(user_id)
    return told_stopped(stopped, url_for("platform.people_show", user_id=user_id))


def _ask(user_id: int, reason: str) -> None:
    with as_oneself("a platform administrator announces the removal of a second factor"):
        everywhere.person_everywhere(user_id)
        lost_factor.ask_removal(user_id, reason, current_user.id)


def _page(user_id: int, form: LostFactorForm) -> str:
    with as_oneself("a platform administrator looks at a person"):
        name = everywhere.person_everywhere(user_id).line.name
    there = url_for("platform.people_show", user_id=user_id)
    return render_page(
        "people/lost_factor.html", name=name, form=form, back=there,
        action=url_for("platform.lost_factors_create", user_id=user_id),
        crumbs=[
            ("Platform", url_for("platform.show")), ("People", url_for("platform.people_index")),
            (name, there),
        ],
    )  # fmt: skip
