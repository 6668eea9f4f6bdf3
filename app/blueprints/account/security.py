"""What keeps one's account one's own: the second factors, recovery codes and sessions, on one page."""

from typing import Any

from flask_login import current_user

from app.blueprints.account import blueprint
from app.blueprints.doors import signed_in
from app.blueprints.pages import render_page
from app.domain.identity import recovery_codes, sessions, text_codes
from app.domain.identity.devices import browser_in_words
from app.domain.identity.held_factors import factors_of
from app.domain.identity.session_lives import is_our_staff
from app.unit_of_work import transaction


@blueprint.get("/account/security")
@signed_in()
def security() -> str:
    me = current_user.id
    with transaction(platform=True, user=me):
        context: dict[str, Any] = {
            "held": factors_of(me),
            "codes_left": recovery_codes.codes_left(me),
            "sessions": sessions.open_sessions_of(me),
            "texts_allowed": text_codes.are_allowed(me),
            "ours": is_our_staff(me),
        }
    return render_page(
        "account/security.html",
        **context,
        here=current_user.session_id,
        browser=browser_in_words,
    )
