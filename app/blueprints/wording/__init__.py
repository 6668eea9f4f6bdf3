"""The wording: what a company may say, to read. Writing it comes with the editor."""

from flask import Blueprint

blueprint = Blueprint("wording", __name__)

from app.blueprints.wording import wordings  # noqa: E402, F401
