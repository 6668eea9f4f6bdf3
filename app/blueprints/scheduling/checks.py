"""The composer's last page: everything at a glance before anything is sent."""

from flask import flash, g, redirect, request, url_for

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.scheduling import blueprint
from app.blueprints.scheduling.composing import Answer, stepper
from app.blueprints.scheduling.draft import Answers, Draft, look_up, request_key
from app.domain.scheduling import moments, overview, preview
from app.domain.scheduling.summary import summarise
from app.domain.scheduling.waiting import waiting_customers
from app.errors import Rejected


@blueprint.get("/broadcasts/new/check")
@requires("broadcasts", "compose")
def check() -> Answer:
    draft = Draft.read(request.args)
    if draft.next_step() != "check" or "key" not in request.args:
        return redirect(draft.url(draft.next_step()), 303)
    with company_transaction():
        made = overview.made_from(request_key(draft))
    if made is not None:
        flash("This message was already handed in; here is how it stands.", "info")
        return redirect(url_for("scheduling.show", broadcast_id=made), 303)
    return check_page(draft)


def check_page(draft: Draft, problem: str = "") -> Answer:
    """Show a complete draft with its numbers; one that cannot be meant leads back to its time."""
    zone = g.company.time_zone
    try:
        with company_transaction():
            answers = look_up(draft, zone)
            numbers = summarise(
                answers.template.id, answers.audience.audience, answers.channels, answers.send_at
            )
            off = waiting_customers(answers.audience.audience)
            shown = preview.preview_first(answers.template, answers.audience.audience, answers.channels)
    except Rejected as refused:
        flash(refused.message, "error")
        return redirect(draft.url("time"), 303)
    page = render_page(
        "scheduling/check.html",
        draft=draft,
        answers=answers,
        numbers=numbers,
        shown=shown,
        sends=_sends(answers, zone),
        zone=moments.zone_words(zone),
        problem=problem,
        off=off,
        stepper_steps=stepper("check", draft),
    )
    return page, 422 if problem else 200


def _sends(answers: Answers, zone: str) -> str:
    """Say in words when it goes out."""
    return "Now" if answers.is_now else moments.local_words(answers.send_at, zone)
