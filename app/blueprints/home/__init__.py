"""The first page: what there is to do now, by what a person may do."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)

from app.blueprints.home import home, jobs, searches  # noqa: E402, F401
