"""Taking back the last decision about columns."""

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.domain.ingest import matching, packets
from app.errors import Rejected


@blueprint.post("/imports/<int:packet_id>/undo", endpoint="undos_create")
@requires("ingest", "map")
def create(packet_id: int) -> Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        matching.undo(packet, by=current_user.id, seen=_seen())
    flash("The last change is undone.")
    address = url_for("ingest.matches_show", packet_id=packet_id, template=request.form.get("template"))
    return redirect(address, 303)


def _seen() -> int:
    """Return what the person's page showed last: without it, undo could take back what they never saw."""
    seen = request.form.get("seen", type=int)
    if seen is None:
        raise Rejected("Reload the page, then undo: we cannot tell which change you mean.")
    return seen
