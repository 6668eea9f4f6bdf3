"""Sendings: the list, one of them, its progress, and making one out of a finished draft."""

from flask import flash, g, redirect, request, url_for
from flask_login import current_user

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.scheduling import blueprint
from app.blueprints.scheduling.checks import check_page
from app.blueprints.scheduling.composing import Answer
from app.blueprints.scheduling.draft import LATER, Draft, look_up, request_key
from app.domain.merge.templates import template_view
from app.domain.scheduling import overview, preview
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.broadcasts import broadcast_view, create_broadcast, progress
from app.errors import Rejected


@blueprint.get("/broadcasts")
@requires("broadcasts", "read")
def index() -> str:
    before = request.args.get("before", type=int)
    with company_transaction():
        sendings = overview.sendings(before=before)
    return render_page("scheduling/index.html", sendings=sendings, before=before)


@blueprint.post("/broadcasts")
@requires("broadcasts", "compose")
def create() -> Answer:
    draft = Draft.read(request.form)
    try:
        with company_transaction():
            made = overview.made_from(request_key(draft)) or _create(draft)
    except Rejected as problem:
        return check_page(draft, problem.message)
    flash("Scheduled. You can follow it here." if draft.when == LATER else "It is on its way.", "success")
    return redirect(url_for("scheduling.show", broadcast_id=made), 303)


@blueprint.get("/broadcasts/<int:broadcast_id>")
@requires("broadcasts", "read")
def show(broadcast_id: int) -> str:
    with company_transaction():
        broadcast = broadcast_view(broadcast_id)
        line, standing = overview.sending_line(broadcast_id), progress(broadcast_id)
        template = template_view(broadcast.template_id)
        audience = Audience.from_json(broadcast.audience)
        shown = preview.preview_first(template, audience, list(broadcast.channels))
    return render_page("scheduling/show.html", broadcast=broadcast, line=line, standing=standing, shown=shown)


@blueprint.get("/broadcasts/<int:broadcast_id>/progress")
@requires("broadcasts", "read", poll=True)
def show_progress(broadcast_id: int) -> str:
    with company_transaction():
        broadcast, standing = broadcast_view(broadcast_id), progress(broadcast_id)
    return render_page("scheduling/_progress.html", broadcast=broadcast, standing=standing)


def _create(draft: Draft) -> int:
    answers = look_up(draft, g.company.time_zone)
    if not answers.audience.people:
        raise Rejected("There is nobody in this audience. Choose another one.", field="audience")
    return create_broadcast(
        name=answers.name,
        template_id=answers.template.id,
        audience=answers.audience.audience,
        channels=answers.channels,
        send_at=answers.send_at,
        by=current_user.id,
        request_key=request_key(draft),
    ).id
