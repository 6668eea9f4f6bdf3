"""Step 7: how far the import is, what came of it, and going on with one that failed."""

from typing import Any

from flask import make_response, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.steps import RUN, next_url, steps
from app.blueprints.pages import render_page
from app.domain.ingest import packets, stages
from app.domain.ingest.problems import problem_page
from app.models import Packet


@blueprint.get("/imports/<int:packet_id>/result", endpoint="runs_show")
@requires("ingest", "read")
def show(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage in ("received", "read"):
            return redirect(next_url(packet), 303)
        return render_page("ingest/result.html", **_context(packet), steps=steps(packet, RUN))


@blueprint.get("/imports/<int:packet_id>/result/progress", endpoint="runs_progress")
@requires("ingest", "read", poll=True)
def progress(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage in stages.RUNNING:
            return render_page("ingest/_run_progress.html", **_context(packet))
        answer = make_response("")
        answer.headers["HX-Redirect"] = url_for("ingest.runs_show", packet_id=packet_id)
        return answer


@blueprint.post("/imports/<int:packet_id>/result", endpoint="runs_update")
@requires("ingest", "run")
def update(packet_id: int) -> Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        packets.try_again(packet, by=current_user.id)
    return redirect(url_for("ingest.show", packet_id=packet_id), 303)


def _context(packet: Packet) -> dict[str, Any]:
    return {
        "packet": packet,
        "history": stages.history(packet.id),
        "problems": problem_page(packet, after=0, limit=5) if packet.stage == "done" else None,
    }
