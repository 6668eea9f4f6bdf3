"""What support and administrators look at: which companies need a look, and one company's trail."""

from flask import Blueprint

blueprint = Blueprint("support", __name__)

from app.blueprints.support import companies, trails  # noqa: E402, F401
