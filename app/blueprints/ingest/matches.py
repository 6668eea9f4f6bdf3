"""Step 3: one line per column of the file, what it means, and a sample message that changes with it."""

from typing import Any

from flask import g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.choices import choices, meaning
from app.blueprints.ingest.gaps import gaps
from app.blueprints.ingest.steps import MATCH, next_url, shown_template, steps, wordings
from app.blueprints.pages import render_page
from app.domain.ingest import counts, matching, packets, targets
from app.domain.ingest.previews import first_samples
from app.domain.ingest.reading.shapes import Reading
from app.models import Packet


@blueprint.get("/imports/<int:packet_id>/match", endpoint="matches_show")
@requires("ingest", "read")
def show(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage != "read":
            return redirect(next_url(packet), 303)
        return render_page("ingest/match.html", **_context(packet))


@blueprint.post("/imports/<int:packet_id>/match", endpoint="matches_update")
@requires("ingest", "map")
def update(packet_id: int) -> str | Response | tuple[str, int]:
    """Take in what changed. A button's "go" leads on, where nothing is missing; else the page shows again."""
    with company_transaction():
        packet = packets.packet(packet_id)
        changed = _take_in(packet)
        context = _context(packet)
        if "go" not in request.form:
            return _answer(packet, context, changed)
        problems = _problems(context["needs"])
        if problems:
            return render_page("ingest/match.html", **context, problems=problems), 422
        counts.want_counts(packet)
    return redirect(
        url_for("ingest.previews_show", packet_id=packet_id, template=request.form.get("template")), 303
    )


def _take_in(packet: Packet) -> list[int]:
    """Write one operation for each choice that differs from what holds; return the columns it touched."""
    seen = request.form.get("seen", type=int)
    seen = packet.operation_position if seen is None else seen
    touched: list[int] = []
    confirmed = request.form.get("yes", type=int)
    for line in matching.match_lines(packet):
        target = request.form.get(f"target-{line.column}", line.target)
        order = request.form.get(f"order-{line.column}", line.chosen.date_order)
        if target != line.target or line.column == confirmed:
            touched += matching.match_column(packet, line.column, target, by=current_user.id, seen=seen)
            seen = packet.operation_position
        elif line.is_date and order != line.chosen.date_order:
            matching.choose_date_order(packet, line.column, order or "", by=current_user.id, seen=seen)
            touched.append(line.column)
            seen = packet.operation_position
    return touched


def _answer(packet: Packet, context: dict[str, Any], changed: list[int]) -> str | Response:
    if request.headers.get("HX-Request"):
        return render_page("ingest/_match_changes.html", **context, changed=changed)
    address = url_for("ingest.matches_show", packet_id=packet.id, template=request.form.get("template"))
    return redirect(address, 303)


def _context(packet: Packet) -> dict[str, Any]:
    templates = targets.sendable_templates()
    template = shown_template(packet, templates)
    lines = matching.match_lines(packet)
    reading: Reading = packets.reading_of(packet)
    filled = targets.filled_fields(packets.load_map_of(packet))
    return {
        "packet": packet,
        "reading": reading,
        "lines": lines,
        "base": matching.base_of(packet),
        "needs": matching.needs(packet, lines, wordings(template)),
        "choices": choices(lines, targets.field_groups(wordings(template))),
        "meanings": {line.column: meaning(line) for line in lines},
        "may_map": g.access.may("ingest", "map"),
        "templates": templates,
        "shown": template,
        "samples": first_samples(packet, template) if template else [],
        "gaps": gaps(template, filled),
        "proofs": matching.date_proofs(packet, lines),
        "can_undo": matching.can_undo(packet),
        "same_files": packets.same_files(packet),
        "steps": steps(packet, MATCH),
    }


def _problems(needs: list[matching.Need]) -> list[dict[str, str]]:
    missing = [need for need in needs if need.blocks and not need.done]
    return [
        {"text": need.words, "href": f"#target-{need.column}" if need.column is not None else "#match-form"}
        for need in missing
    ]
