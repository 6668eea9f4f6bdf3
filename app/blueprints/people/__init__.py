"""People & access: who works at a company, what each may do and why, and the roles that say so."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)

from app.blueprints.people import (  # noqa: E402, F401
    delegations,
    grants,
    invitations,
    lost_factors,
    people,
    role_edits,
    roles,
    standings,
    tries,
)
