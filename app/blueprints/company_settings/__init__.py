"""Settings: what is kept about one company, to read."""

from flask import Blueprint

blueprint = Blueprint("settings", __name__)

from app.blueprints.company_settings import company_settings  # noqa: E402, F401
