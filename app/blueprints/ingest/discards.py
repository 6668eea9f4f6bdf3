"""Taking an import that has imported nothing off the list."""

from flask import flash, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.domain.ingest import packets


@blueprint.post("/imports/<int:packet_id>/discard", endpoint="discards_create")
@requires("ingest", "upload")
def create(packet_id: int) -> Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        packets.discard(packet, by=current_user.id)
    flash(f"“{packet.filename}” is off the list. Nothing was imported from it.")
    return redirect(url_for("ingest.index"), 303)
