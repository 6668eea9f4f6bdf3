"""Giving one person a role, changing for whom it holds, taking it away."""

from flask import flash, g, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.people import blueprint
from app.blueprints.people.drawing import Typed, draw_person, sent_form
from app.domain.access import giving, group_staff
from app.domain.access.roles import Overtaken
from app.domain.identity import sessions
from app.errors import Rejected
from app.unit_of_work import transaction


@blueprint.post("/people/<int:user_id>/grants")
@requires("people", "manage")
@fresh
def grants_create(user_id: int) -> Response | tuple[str, int]:
    form = sent_form(0)
    if not form.validate_on_submit():
        return draw_person(user_id, Typed(0, form)), 422
    try:
        with company_transaction():
            giving.known_here(user_id)
            giving.give(user_id, form.role_id.data, form.wanted, giver=g.access, opened=form.opened.data)
    except Overtaken:
        return draw_person(user_id, Typed(0, form, overtaken=True)), 409
    except Rejected as problem:
        form.refuse(problem)
        return draw_person(user_id, Typed(0, form)), 422
    flash("Given. It counts from their next click.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/grants/<int:grant_id>")
@requires("people", "manage")
@fresh
def grants_update(user_id: int, grant_id: int) -> Response | tuple[str, int]:
    form = sent_form(grant_id)
    if not form.validate_on_submit():
        return draw_person(user_id, Typed(grant_id, form)), 422
    try:
        with company_transaction():
            if giving.change(
                user_id, grant_id, form.role_id.data, form.wanted, giver=g.access, opened=form.opened.data
            ):
                sessions.end_all_of(user_id)
    except Overtaken:
        return draw_person(user_id, Typed(grant_id, form, overtaken=True)), 409
    except Rejected as problem:
        form.refuse(problem)
        return draw_person(user_id, Typed(grant_id, form)), 422
    _leave_the_group(user_id)
    flash("Saved. It counts from their next click.", "success")
    return redirect(url_for("people.show", user_id=user_id), 303)


@blueprint.post("/people/<int:user_id>/grants/<int:grant_id>/removal")
@requires("people", "manage")
@fresh
def grants_destroy(user_id: int, grant_id: int) -> Response:
    with company_transaction():
        giving.take_away(user_id, grant_id, giver=g.access)
        sessions.end_all_of(user_id)
        left = giving.grants_of(user_id)
    _leave_the_group(user_id)
    flash("Taken away. They are signed out, and the next click is refused.", "success")
    return redirect(url_for("people.show", user_id=user_id) if left else url_for("people.index"), 303)


def _leave_the_group(user_id: int) -> None:
    """Who no longer works for a group's master acts for its group no longer: seen beside any company."""
    with transaction(platform=True, user=current_user.id):
        group_staff.let_go_who_left(user_id)
