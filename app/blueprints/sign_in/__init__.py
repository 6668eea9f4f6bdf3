"""Signing in: password, then the code of an authenticator app, never one without the other."""

from flask import Blueprint

blueprint = Blueprint("sign_in", __name__)

from app.blueprints.sign_in import codes, companies, enrolments, passwords, sign_outs  # noqa: E402, F401
