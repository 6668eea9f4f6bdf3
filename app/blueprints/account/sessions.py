"""One's own sessions: ending one, or all but this one."""

from flask import flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.account import blueprint
from app.blueprints.doors import signed_in
from app.domain.audit import events
from app.domain.identity import sessions
from app.errors import NotFound
from app.unit_of_work import transaction


@blueprint.post("/account/sessions/<int:session_id>/end")
@signed_in()
def end_session(session_id: int) -> Response:
    with transaction(platform=True, user=current_user.id):
        if not sessions.end_one(current_user.id, session_id):
            raise NotFound("That session has ended already.")
        events.record("sessions_ended", "users", current_user.id, sessions=1)
    flash("That session is ended.", "success")
    return redirect(url_for("account.security"), 303)


@blueprint.post("/account/sessions/end")
@signed_in()
def end_other_sessions() -> Response:
    ended = end_others()
    flash(f"Ended {ended} other session{'' if ended == 1 else 's'}.", "success")
    return redirect(url_for("account.security"), 303)


def end_others() -> int:
    """End all sessions of who asks but this one; return how many there were."""
    with transaction(platform=True, user=current_user.id):
        ended = sessions.end_all_of(current_user.id, keep=current_user.session_id)
        if ended:
            events.record("sessions_ended", "users", current_user.id, sessions=ended)
    return ended
