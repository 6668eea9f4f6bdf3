"""Step 6: check the answers; one press imports, and pressing twice imports once."""

import secrets
from pathlib import PurePath

from flask import g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.confirm_form import ConfirmForm, Limits, savings_for
from app.blueprints.ingest.steps import CONFIRM, next_url, shown_template, steps
from app.blueprints.pages import render_page
from app.domain.ingest import confirming, counts, load_maps, matching, packets, targets
from app.domain.merge.templates import TemplateView
from app.models import Packet


@blueprint.get("/imports/<int:packet_id>/confirm", endpoint="confirmations_new")
@requires("ingest", "run")
def new(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage != "read":
            return redirect(next_url(packet), 303)
        if not counts.is_counted(packet):
            return redirect(url_for("ingest.previews_show", packet_id=packet_id), 303)
        return _page(packet, _form(packet))


@blueprint.post("/imports/<int:packet_id>/confirm", endpoint="confirmations_create")
@requires("ingest", "run")
def create(packet_id: int) -> Response | tuple[str, int]:
    key, seen = request.form.get("request_key", ""), request.form.get("seen", type=int)
    with company_transaction():
        packet = packets.packet(packet_id)
        if not confirming.is_repeated(packet, key):
            confirming.refuse_late(packet, seen)
            form = _form(packet)
            if not form.validate_on_submit():
                return _page(packet, form), 422
            confirming.refuse_incomplete(packet)
            answers = form.answers()
            confirming.confirm(packet, answers, by=current_user.id, request_key=key, seen=seen)
    return redirect(url_for("ingest.runs_show", packet_id=packet_id), 303)


def _form(packet: Packet) -> ConfirmForm:
    templates = targets.sendable_templates()
    shown = shown_template(packet, templates)
    limits = _limits(packet, {str(one.id): one for one in templates})
    return ConfirmForm(
        limits,
        saving=limits.savings[0][0],
        load_name=PurePath(packet.filename).stem[:80],
        template_id=str(shown.id) if shown else None,
        sms=shown is not None and "sms" in shown.versions,
        email=shown is not None and "email" in shown.versions,
        when="now",
    )


def _limits(packet: Packet, templates: dict[str, TemplateView]) -> Limits:
    base = matching.base_of(packet).payload
    changed = base["load_map"] != packets.load_map_of(packet).to_json()
    filled = targets.filled_fields(packets.load_map_of(packet))
    return Limits(
        templates=templates,
        missing={key: targets.missing_fields(filled, one) for key, one in templates.items()},
        taken_names=[saved.name for saved in load_maps.saved_maps()],
        time_zone=g.company.time_zone,
        savings=savings_for(base.get("name"), base.get("version"), changed=changed),
    )


def _page(packet: Packet, form: ConfirmForm) -> str:
    return render_page(
        "ingest/confirm.html",
        packet=packet,
        form=form,
        base=matching.base_of(packet),
        lines=matching.match_lines(packet),
        reading=packets.reading_of(packet),
        request_key=request.form.get("request_key") or secrets.token_urlsafe(18),
        same_files=packets.same_files(packet),
        steps=steps(packet, CONFIRM),
    )
