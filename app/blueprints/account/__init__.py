"""One's own account: how the portal looks to me, and the companies I can go to."""

from flask import Blueprint

blueprint = Blueprint("account", __name__)

from app.blueprints.account import (  # noqa: E402
    account,  # noqa: F401
    authenticators,  # noqa: F401
    companies,  # noqa: F401
    email_addresses,  # noqa: F401
    looks,  # noqa: F401
    passkeys,  # noqa: F401
    passwords,  # noqa: F401
    proofs,  # noqa: F401
    recovery_codes,  # noqa: F401
    searches,  # noqa: F401
    security,  # noqa: F401
    sessions,  # noqa: F401
    text_codes,  # noqa: F401
)
