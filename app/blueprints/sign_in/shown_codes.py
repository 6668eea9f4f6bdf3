"""The demo's code, asked for again until there is one; production does not register this door."""

from flask import Blueprint, render_template

from app.blueprints.doors import public
from app.blueprints.sign_in.codes import shown_code
from app.blueprints.sign_in.steps import half_way
from app.domain.identity.held_factors import has_factor

blueprint = Blueprint("demo", __name__)


@blueprint.get("/sign-in/shown-code")
@public("the five-minute step after the password is the guard")
def show() -> str:
    with half_way() as half:
        shown = shown_code(half, pending=not has_factor(half.user.id))
    return render_template("sign_in/_shown_code.html", shown=shown)
