"""Turning a person off and on again here, and signing them out wherever they are signed in."""

from flask import flash, g, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.people import blueprint
from app.domain.access import giving
from app.domain.audit import events
from app.domain.identity import sessions


@blueprint.post("/people/<int:user_id>/off")
@requires("people", "manage")
@fresh
def standings_destroy(user_id: int) -> Response:
    with company_transaction():
        giving.turn(user_id, on=False, giver=g.access, by=current_user.id)
        sessions.end_all_of(user_id)
    flash("Turned off here. Nothing is lost: turn them on again and they have what they had.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/on")
@requires("people", "manage")
@fresh
def standings_create(user_id: int) -> Response:
    with company_transaction():
        giving.turn(user_id, on=True, giver=g.access, by=current_user.id)
    flash("Turned on again, with what they had before.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/sessions/end")
@requires("people", "manage")
@fresh
def sessions_destroy(user_id: int) -> Response:
    keep = current_user.session_id if user_id == current_user.id else None
    with company_transaction():
        giving.known_here(user_id)
        ended = sessions.end_all_of(user_id, keep=keep)
        events.record("person.signed_out", "users", user_id, person=giving.name_of(user_id), sessions=ended)
    flash("Signed out wherever they were signed in. They can sign in again.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)
