"""Everybody who signs in, at whatever company: finding a person, turning them off everywhere and on again."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.domain.access import everywhere
from app.domain.identity import lost_factor, sessions
from app.unit_of_work import across_companies, act_as

LONGEST_SEARCH = 100


@blueprint.get("/platform/people", endpoint="people_index")
@requires("platform", "people")
def index() -> str:
    given = request.args.get
    search, off = given("search", "")[:LONGEST_SEARCH].strip(), given("show") == "off"
    with across_companies(reason="a platform administrator looks for a person"):
        page = everywhere.everybody(
            search=search, off=off, before=given("before", ""), after=given("after", "")
        )
    return render_page("platform/people.html", page=page, search=search, off=off)


@blueprint.get("/platform/people/<int:user_id>", endpoint="people_show")
@requires("platform", "people")
def show(user_id: int) -> str:
    with across_companies(reason="a platform administrator looks at a person"):
        person = everywhere.person_everywhere(user_id)
        signed_in, announced = len(sessions.open_sessions_of(user_id)), lost_factor.pending(user_id)
    own = user_id == current_user.id
    return render_page(
        "platform/person.html", person=person, signed_in=signed_in, own=own,
        factor_goes_at=announced.takes_effect_at if announced else None,
    )  # fmt: skip


@blueprint.post("/platform/people/<int:user_id>/off", endpoint="people_destroy")
@requires("platform", "people")
@fresh
def destroy(user_id: int) -> Response:
    with as_oneself("a platform administrator turns a person off everywhere"):
        ended = len(sessions.open_sessions_of(user_id))
        everywhere.turn_everywhere(user_id, on=False, by=current_user.id, sessions_ended=ended)
        sessions.end_all_of(user_id)
    flash(
        "Turned off everywhere. Nothing is lost: turn them on again and they have what they had.", "success"
    )
    return redirect(url_for("platform.people_show", user_id=user_id), 303)


@blueprint.post("/platform/people/<int:user_id>/on", endpoint="people_create")
@requires("platform", "people")
@fresh
def create(user_id: int) -> Response:
    with as_oneself("a platform administrator turns a person on again"):
        everywhere.turn_everywhere(user_id, on=True, by=current_user.id)
    flash("Turned on again, with what they had before. They sign in anew.", "success")
    return redirect(url_for("platform.people_show", user_id=user_id), 303)


@contextmanager
def as_oneself(reason: str) -> Iterator[None]:
    """Change something across companies, under one's own name on the trail."""
    with across_companies(reason=reason):
        act_as(current_user.id)
        yield
