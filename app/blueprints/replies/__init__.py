"""Replies: what people wrote back."""

from flask import Blueprint

blueprint = Blueprint("replies", __name__)

from app.blueprints.replies import replies  # noqa: E402, F401
