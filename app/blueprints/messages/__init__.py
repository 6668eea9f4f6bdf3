"""The message log: what was sent to whom, and what became of it."""

from flask import Blueprint

blueprint = Blueprint("messages", __name__)

from app.blueprints.messages import messages, news  # noqa: E402, F401
