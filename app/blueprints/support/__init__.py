"""What support and administrators look at: which companies need a look, visits to one, and its trail."""

from flask import Blueprint

blueprint = Blueprint("support", __name__)

from app.blueprints.support import companies, trails, visits, visits_here  # noqa: E402, F401
