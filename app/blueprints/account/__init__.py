"""One's own account: how the portal looks to me, and the companies I can go to."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)

from app.blueprints.account import account, companies, looks, searches  # noqa: E402, F401
