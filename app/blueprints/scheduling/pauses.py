"""Holding a sending back, and letting it go on."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.scheduling import blueprint
from app.domain.scheduling.broadcasts import pause_broadcast, resume_broadcast
from app.errors import Conflict


@blueprint.post("/broadcasts/<int:broadcast_id>/pause")
@requires("broadcasts", "cancel")
def create_pause(broadcast_id: int) -> Response:
    try:
        with company_transaction():
            pause_broadcast(broadcast_id)
    except Conflict as problem:
        flash(problem.message, "warning")
    else:
        flash("Paused. Nothing more goes out until someone resumes it.", "success")
    return redirect(url_for("scheduling.show", broadcast_id=broadcast_id), 303)


@blueprint.post("/broadcasts/<int:broadcast_id>/resumption")
@requires("broadcasts", "cancel")
def destroy_pause(broadcast_id: int) -> Response:
    try:
        with company_transaction():
            resume_broadcast(broadcast_id)
    except Conflict as problem:
        flash(problem.message, "warning")
    else:
        flash("It goes on.", "success")
    return redirect(url_for("scheduling.show", broadcast_id=broadcast_id), 303)
