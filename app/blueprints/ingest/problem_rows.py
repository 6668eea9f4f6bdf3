"""The rows that became no record, with their reasons: page by page, or as a file."""

from flask import Response, request, send_file, url_for

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.steps import RUN, steps
from app.blueprints.pages import render_page
from app.domain.ingest import packets
from app.domain.ingest.problems import problem_file, problem_page


@blueprint.get("/imports/<int:packet_id>/problems", endpoint="problem_rows_index")
@requires("ingest", "read")
def index(packet_id: int) -> str:
    after = request.args.get("after", 0, int)
    with company_transaction():
        packet = packets.packet(packet_id)
        page = problem_page(packet, after=after)
        return render_page(
            "ingest/problem_rows.html",
            packet=packet,
            page=page,
            older_url=_address(packet_id, page.next_after) if page.next_after else None,
            newer_url=_address(packet_id, None) if after else None,
            steps=steps(packet, RUN),
        )


@blueprint.get("/imports/<int:packet_id>/problems.csv", endpoint="problem_rows_show")
@requires("ingest", "read", bulk=True)
def show(packet_id: int) -> Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        path = problem_file(packet)
    return send_file(
        path, mimetype="text/csv", as_attachment=True, download_name=f"problems-of-import-{packet_id}.csv"
    )


def _address(packet_id: int, after: int | None) -> str:
    return url_for("ingest.problem_rows_index", packet_id=packet_id, after=after)
