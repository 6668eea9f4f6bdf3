"""Signing in: password, then the code of an authenticator app, never one without the other."""

from flask import Blueprint

blueprint = Blueprint("sign_in", __name__)

from app.blueprints.sign_in import (  # noqa: E402
    codes,  # noqa: F401
    companies,  # noqa: F401
    enrolments,  # noqa: F401
    factor_resets,  # noqa: F401
    invitations,  # noqa: F401
    passkeys,  # noqa: F401
    passwords,  # noqa: F401
    recoveries,  # noqa: F401
    resets,  # noqa: F401
    session_times,  # noqa: F401
    sign_outs,  # noqa: F401
    text_codes,  # noqa: F401
)
