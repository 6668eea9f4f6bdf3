"""Step 5: the very messages that rows will become, with numbers over all of them."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.gaps import gaps
from app.blueprints.ingest.steps import PREVIEW, next_url, shown_template, steps
from app.blueprints.pages import render_page
from app.domain.ingest import counts, matching, packets, targets
from app.domain.ingest.highlights import Histogram
from app.domain.ingest.previews import Preview
from app.models import Packet


@blueprint.get("/imports/<int:packet_id>/preview", endpoint="previews_show")
@requires("ingest", "read")
def show(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage != "read":
            return redirect(next_url(packet), 303)
        if not matching.needs(packet, matching.match_lines(packet))[0].done:
            return redirect(url_for("ingest.matches_show", packet_id=packet_id), 303)
        shared = _shared(packet)
        if not counts.is_counted(packet):
            return render_page("ingest/counting.html", **shared, wanted=counts.is_wanted(packet))
        return _page(Preview(packet), shared)


def _shared(packet: Packet) -> dict[str, Any]:
    templates = targets.sendable_templates()
    return {
        "packet": packet,
        "steps": steps(packet, PREVIEW),
        "base": matching.base_of(packet),
        "templates": templates,
        "shown": shown_template(packet, templates),
        "reading": packets.reading_of(packet),
        "same_files": packets.same_files(packet),
    }


def _page(preview: Preview, shared: dict[str, Any]) -> str:
    template = shared["shown"]
    histogram = preview.histogram(template) if template else Histogram()
    stops = preview.stops(histogram)
    look = preview.look(request.args.get("row", stops[0].row if stops else None, int))
    judged = look.row
    return render_page(
        "ingest/preview.html",
        **shared,
        judged=judged,
        before=look.before,
        after=look.after,
        samples=preview.samples(judged, template) if template else [],
        gaps=gaps(template, {name for name, value in judged.data.items() if value not in (None, "")}),
        stops=stops,
        histogram=histogram,
        off=preview.waiting(),
    )
