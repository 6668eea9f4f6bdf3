"""The style guide: every component in every state, for those who build pages and those who test them."""

from flask import Blueprint

blueprint = Blueprint("styleguide", __name__, url_prefix="/styleguide")

from app.blueprints.styleguide import problems, styleguide  # noqa: E402,F401
