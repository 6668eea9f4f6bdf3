"""Stopping a sending for good."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.scheduling import blueprint
from app.domain.scheduling.broadcasts import cancel_broadcast
from app.errors import Conflict


@blueprint.post("/broadcasts/<int:broadcast_id>/cancellation")
@requires("broadcasts", "cancel")
def create_cancellation(broadcast_id: int) -> Response:
    try:
        with company_transaction():
            cancel_broadcast(broadcast_id)
    except Conflict as problem:
        flash(problem.message, "warning")
    else:
        flash("Cancelled. What had already gone out cannot be taken back.", "success")
    return redirect(url_for("scheduling.show", broadcast_id=broadcast_id), 303)
