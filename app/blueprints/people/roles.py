"""The roles of a company: the matrix of what each may do, and making one by copying another."""

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.forms import RoleForm, keys_of
from app.domain.access import roles
from app.domain.access.policies import matrix, offered
from app.errors import Rejected


@blueprint.get("/people/roles")
@requires("people", "read")
def roles_index() -> str:
    with company_transaction():
        found = roles.roles_here()
    return render_page(
        "people/roles.html", roles=found, tasks=matrix(), manages=g.access.may("roles", "manage")
    )


@blueprint.get("/people/roles/new")
@requires("roles", "manage")
def roles_new() -> str:
    with company_transaction():
        choices = roles.roles_here()
    wanted = request.args.get("copy", type=int)
    copied = next((one for one in choices if one.id == wanted), None)
    form = RoleForm(formdata=None)
    if copied is not None:
        form.name.data, form.description.data = f"{copied.name} (ours)", copied.description
        form.policies.data = keys_of(copied.policies & offered())
    return render_page("people/role_form.html", form=form, role=None, choices=choices, copied=copied)


@blueprint.post("/people/roles")
@requires("roles", "manage")
@fresh
def roles_create() -> Response | tuple[str, int]:
    form = RoleForm()
    if form.validate_on_submit():
        try:
            with company_transaction():
                roles.make_role(form.wanted, giver=g.access)
        except Rejected as problem:
            form.refuse(problem)
        else:
            flash(f"“{form.name.data}” is there. Give it to people on their pages.", "success")
            return redirect(url_for("people.roles_index"), 303)
    return render_page("people/role_form.html", form=form, role=None, choices=(), copied=None), 422
