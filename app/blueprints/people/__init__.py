"""People & access: who works at a company and what each of them may do, to read."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)

from app.blueprints.people import people  # noqa: E402, F401
