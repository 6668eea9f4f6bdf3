"""The numbers over all rows: asked for once, then polled until they are there."""

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.steps import next_url
from app.blueprints.pages import render_page
from app.domain.ingest import counts, packets


@blueprint.post("/imports/<int:packet_id>/counts", endpoint="counts_create")
@requires("ingest", "read")
def create(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        counts.want_counts(packet)
    if request.headers.get("HX-Request"):
        return render_page("ingest/_counting.html", packet=packet, wanted=True)
    return redirect(_preview(packet_id), 303)


@blueprint.get("/imports/<int:packet_id>/counts", endpoint="counts_show")
@requires("ingest", "read", poll=True)
def show(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage == "read" and not counts.is_counted(packet):
            return render_page("ingest/_counting.html", packet=packet, wanted=counts.is_wanted(packet))
        answer = make_response("")
        is_open = packet.stage == "read"
        answer.headers["HX-Redirect"] = _preview(packet_id) if is_open else next_url(packet)
        return answer


def _preview(packet_id: int) -> str:
    return url_for("ingest.previews_show", packet_id=packet_id, template=request.values.get("template"))
