"""Groups of companies: making, changing and dissolving them, and who of the master's staff acts for all."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import requires
from app.blueprints.edits import differences, refuse
from app.blueprints.fresh import fresh
from app.blueprints.options import options
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.blueprints.platform.forms import ActingForm, GroupForm
from app.domain.access import group_staff
from app.domain.tenancy import groups
from app.domain.tenancy.editing import Overtaken
from app.errors import NotFound, Rejected
from app.unit_of_work import transaction

Answer = Response | tuple[str, int]


@blueprint.get("/platform/groups", endpoint="groups_index")
@requires("platform", "companies")
def index() -> str:
    with transaction(platform=True):
        found = groups.all_groups()
    return render_page("platform/groups.html", groups=found)


@blueprint.get("/platform/groups/new", endpoint="groups_new")
@requires("platform", "companies")
def new() -> str:
    return _edit_page(_form(None, opened=True))


@blueprint.post("/platform/groups", endpoint="groups_create")
@requires("platform", "companies")
@fresh
def create() -> Answer:
    form = _form(None)
    if not form.validate_on_submit():
        return _edit_page(form), 422
    try:
        with transaction(platform=True, user=current_user.id):
            made = groups.make_group(**_chosen(form))
    except Rejected as problem:
        refuse(form, problem)
        return _edit_page(form), 422
    flash(f"The group “{made.name}” is there.", "success")
    return redirect(url_for("platform.groups_show", group_id=made.id), 303)


@blueprint.get("/platform/groups/<int:group_id>", endpoint="groups_show")
@requires("platform", "companies")
def show(group_id: int) -> str:
    with transaction(platform=True):
        group = groups.group_view(group_id)
    staff = _staff(group)
    return render_page("platform/group.html", group=group, staff=staff, form=ActingForm(formdata=None))


@blueprint.get("/platform/groups/<int:group_id>/edit", endpoint="groups_edit")
@requires("platform", "companies")
def edit(group_id: int) -> str:
    with transaction(platform=True):
        group = groups.group_view(group_id)
    return _edit_page(_form(group, opened=True), group)


@blueprint.post("/platform/groups/<int:group_id>", endpoint="groups_update")
@requires("platform", "companies")
@fresh
def update(group_id: int) -> Answer:
    with transaction(platform=True):
        group = groups.group_view(group_id)
    form = _form(group)
    if not form.validate_on_submit():
        return _edit_page(form, group), 422
    try:
        with transaction(platform=True, user=current_user.id):
            groups.change_group(group_id, **_chosen(form), opened_with=form.revision.data)
    except Overtaken as lost:
        return _edit_page(form, group, differences(form, lost.current, lost.revision)), 409
    except Rejected as problem:
        refuse(form, problem)
        return _edit_page(form, group), 422
    flash("The group is saved.", "success")
    return redirect(url_for("platform.groups_show", group_id=group_id), 303)


@blueprint.post("/platform/groups/<int:group_id>/removal", endpoint="groups_destroy")
@requires("platform", "companies")
@fresh
def destroy(group_id: int) -> Response:
    with transaction(platform=True, user=current_user.id):
        name = groups.dissolve_group(group_id)
    flash(f"The group “{name}” is dissolved: nobody acts for its companies by it any more.", "success")
    return redirect(url_for("platform.groups_index"), 303)


@blueprint.post("/platform/groups/<int:group_id>/staff", endpoint="groups_staff")
@requires("platform", "companies")
@fresh
def staff(group_id: int) -> Response:
    """Let one of the master's people act for the group, or no longer."""
    person, lets = request.form.get("person", type=int), request.form.get("act") == "yes"
    with transaction(platform=True):
        group = groups.group_view(group_id)
    if person not in {one.id for one in _staff(group)}:
        raise NotFound("There is no such person among the master's staff.")
    with transaction(platform=True, user=current_user.id):
        group_staff.let_act(group_id, person, lets)
    flash("They act for the group now." if lets else "They no longer act for the group.", "success")
    return redirect(url_for("platform.groups_show", group_id=group_id), 303)


def _staff(group: groups.GroupView) -> list[group_staff.GroupPerson]:
    """Return the master's people, and who acts for the group: only there can their names be read."""
    if group.master is None:
        return []
    with transaction(group.master.id, None, current_user.id):
        return group_staff.staff_of_master(group.id)


def _form(group: groups.GroupView | None, *, opened: bool = False) -> GroupForm:
    form = GroupForm(formdata=None) if opened else GroupForm()
    with transaction(platform=True):
        free = groups.free_companies(group.id if group else None)
    form.companies.choices = form.master.choices = options((one.id, one.name) for one in free)
    if opened:
        form.companies.data = [one.id for one in group.members] if group else []
    if opened and group:
        form.name.data, form.revision.data = group.name, group.revision
        form.master.data = group.master.id if group.master else None
    return form


def _chosen(form: GroupForm) -> dict[str, Any]:
    return {"name": form.name.data, "company_ids": form.companies.data or [], "master_id": form.master.data}


def _edit_page(form: GroupForm, group: groups.GroupView | None = None, found: object = ()) -> str:
    return render_page("platform/group_edit.html", form=form, group=group, differences=found)
