"""Each refusal as a page of its own, as nobody would otherwise see it in time."""

from flask import Response, abort

from app.blueprints.doors import public
from app.blueprints.problem_words import WORDS
from app.blueprints.problems import answer
from app.blueprints.styleguide import blueprint
from app.blueprints.styleguide.styleguide import WHY


@blueprint.get("/problems/<int:status>", endpoint="problem")
@public(WHY)
def show(status: int) -> Response:
    return answer(status) if status in WORDS else abort(404)
