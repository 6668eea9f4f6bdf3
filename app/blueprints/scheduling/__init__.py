"""Writing to people, now or later: the composer, the list of sendings, and what can be done to one."""

from flask import Blueprint

blueprint = Blueprint("scheduling", __name__)

from app.blueprints.scheduling import broadcasts, cancellations, checks, pauses, steps  # noqa: E402, F401
