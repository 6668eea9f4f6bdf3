"""Changing a role of the company's own: the boxes, then who loses or gains what, then saving it."""

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.forms import RoleForm, keys_of
from app.domain.access import roles
from app.domain.access.role_changes import effects_of
from app.domain.access.roles import Overtaken, RoleView
from app.errors import Rejected


@blueprint.get("/people/roles/<int:role_id>")
@requires("roles", "manage")
def role_edits_show(role_id: int) -> str:
    with company_transaction():
        role = roles.own_role(role_id)
    form = RoleForm(
        formdata=None, name=role.name, description=role.description, policies=keys_of(role.policies),
        opened=role.revision,
    )  # fmt: skip
    return render_page("people/role_form.html", form=form, role=role, choices=(), copied=None)


@blueprint.post("/people/roles/<int:role_id>")
@requires("roles", "manage")
@fresh
def role_edits_update(role_id: int) -> Response | tuple[str, int]:
    with company_transaction():
        role = roles.own_role(role_id)
    form = RoleForm()
    if not form.validate_on_submit():
        return _form_page(form, role), 422
    if form.opened.data != str(role.revision):
        return _both_versions(form, role)
    if request.form.get("then") != "save":
        return _effects(form, role), 200
    return _save(form, role)


@blueprint.post("/people/roles/<int:role_id>/removal")
@requires("roles", "manage")
@fresh
def role_edits_destroy(role_id: int) -> Response:
    with company_transaction():
        roles.remove_role(role_id, giver=g.access)
    flash("The role is gone.", "success")
    return redirect(url_for("people.roles_index"), 303)


def _save(form: RoleForm, role: RoleView) -> Response | tuple[str, int]:
    try:
        with company_transaction():
            roles.change_role(role.id, form.wanted, opened=role.revision, giver=g.access)
    except Overtaken:
        with company_transaction():
            return _both_versions(form, roles.own_role(role.id))
    except Rejected as problem:
        form.refuse(problem)
        return _form_page(form, role), 422
    flash("Saved. It counts from everybody's next click.", "success")
    return redirect(url_for("people.roles_index"), 303)


def _effects(form: RoleForm, role: RoleView) -> str:
    with company_transaction():
        effects = effects_of(role.id, form.wanted.policies, role.policies)
    return render_page("people/role_effects.html", form=form, role=role, effects=effects)


def _both_versions(form: RoleForm, role: RoleView) -> tuple[str, int]:
    """Show what stands now beside what was typed; saving again is then about what stands now."""
    form.opened.data = str(role.revision)
    mine, theirs = form.wanted, role
    differing = sorted(mine.policies ^ theirs.policies, key=lambda pair: roles.WORDS.get(pair, ""))
    return render_page(
        "people/role_conflict.html", form=form, role=role, mine=mine,
        differing=[(roles.WORDS[pair], pair in theirs.policies, pair in mine.policies) for pair in differing],
    ), 409  # fmt: skip


def _form_page(form: RoleForm, role: RoleView) -> str:
    return render_page("people/role_form.html", form=form, role=role, choices=(), copied=None)
