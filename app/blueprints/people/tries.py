"""Looking at the pages as a role shows them: begun on the page of roles, left by one press."""

from flask import flash, g, redirect, url_for
from werkzeug.wrappers import Response

from app.blueprints import trying_on
from app.blueprints.doors import company_transaction, requires
from app.blueprints.people import blueprint
from app.domain.access import roles
from app.domain.audit import events


@blueprint.post("/people/roles/<int:role_id>/try")
@requires("people", "read")
def tries_create(role_id: int) -> Response:
    with company_transaction():
        role = roles.role_here(role_id)
        events.record("role.tried_on", "roles", role_id, role=role.name)
    trying_on.begin(g.company.id, role.id, role.name)
    return redirect(url_for("home.show"), 303)


@blueprint.post("/people/try/end")
@requires("people", "read")
def tries_destroy() -> Response:
    trying_on.end()
    flash("You see the pages with your own roles again.", "success")
    return redirect(url_for("people.roles_index"), 303)
