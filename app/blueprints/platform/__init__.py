"""What platform administrators look at: how the machinery does, across all companies."""

from flask import Blueprint

blueprint = Blueprint("platform", __name__)

from app.blueprints.platform import platform  # noqa: E402, F401
