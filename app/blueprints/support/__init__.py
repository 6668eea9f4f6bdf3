"""What support and administrators look at: one company's trail."""

from flask import Blueprint

blueprint = Blueprint("support", __name__)

from app.blueprints.support import trails  # noqa: E402, F401
