"""Taking back the last decision about columns."""

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.domain.ingest import matching, packets


@blueprint.post("/imports/<int:packet_id>/undo", endpoint="undos_create")
@requires("ingest", "map")
def create(packet_id: int) -> Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        seen = request.form.get("seen", packet.operation_position, int)
        matching.undo(packet, by=current_user.id, seen=seen)
    flash("The last change is undone.")
    address = url_for("ingest.matches_show", packet_id=packet_id, template=request.form.get("template"))
    return redirect(address, 303)
