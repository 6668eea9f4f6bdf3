"""Where providers report to: verified by signature, stored, answered; applied later by a job."""

from flask import Blueprint

from app.extensions import csrf

blueprint = Blueprint("callbacks", __name__, url_prefix="/callbacks")
csrf.exempt(blueprint)

from app.blueprints.callbacks import emails, texts  # noqa: E402, F401  (the routes need the blueprint)
