"""The list of imports, and the way back to wherever one of them stands."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.steps import next_url
from app.blueprints.pages import render_page
from app.domain.ingest import packets


@blueprint.get("/imports")
@requires("ingest", "read")
def index() -> str:
    before = request.args.get("before", type=int)
    with company_transaction():
        lines = packets.list_packets(before=before, limit=packets.PAGE + 1)
    older = lines[packets.PAGE - 1].id if len(lines) > packets.PAGE else None
    return render_page(
        "ingest/index.html",
        lines=lines[: packets.PAGE],
        older_url=url_for("ingest.index", before=older) if older else None,
        newer_url=url_for("ingest.index") if before else None,
    )


@blueprint.get("/imports/<int:packet_id>")
@requires("ingest", "read")
def show(packet_id: int) -> Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        return redirect(next_url(packet), 303)
