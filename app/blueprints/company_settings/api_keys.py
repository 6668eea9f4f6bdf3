"""The keys of an app: one is made and shown once, and one is revoked."""

from flask import flash, g, redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.app_forms import KeyForm
from app.blueprints.company_settings.customers import require_whole_company
from app.blueprints.doors import company_transaction, requires, settings
from app.blueprints.edits import refuse, taken_from
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.identity import api_keys
from app.domain.tenancy.apps import app_here
from app.errors import Conflict, Rejected

FIELDS = ("name", "scopes", "days", "networks")


@blueprint.get("/settings/apps/<int:app_id>/keys/new", endpoint="api_keys_new")
@requires("apps", "manage")
def new(app_id: int) -> str:
    require_whole_company()
    form = KeyForm(formdata=None)
    with company_transaction():
        keys = api_keys.keys_of(app_id)
    form.newest.data = keys[0].id if keys else 0
    return _page(app_id, form)


@blueprint.post("/settings/apps/<int:app_id>/keys", endpoint="api_keys_create")
@requires("apps", "manage")
@fresh
def create(app_id: int) -> str | Response | tuple[str, int]:
    require_whole_company()
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(app_id, form), 422
    try:
        with company_transaction():
            key, written = api_keys.make_key(
                app_id, taken_from(form, FIELDS), made_by=current_user.id, company_name=g.company.name,
                newest=_number(form.newest.data),
            )  # fmt: skip
            app = app_here(app_id)
    except Conflict as problem:
        flash(problem.message, "warning")
        return redirect(url_for("settings.apps_show", app_id=app_id), 303)
    except Rejected as problem:
        refuse(form, problem)
        return _page(app_id, form), 422
    return render_page(
        "company_settings/api_key.html", app=app, key=key, written=written, address=settings().public_url
    )


@blueprint.post("/settings/api-keys/<int:key_id>/revocation", endpoint="api_keys_destroy")
@requires("apps", "manage")
@fresh
def destroy(key_id: int) -> Response:
    require_whole_company()
    with company_transaction():
        app_id, changed = api_keys.revoke_key(key_id)
    flash(
        "The key is revoked: what shows it is refused from now on." if changed else "It was revoked already.",
        "success" if changed else "warning",
    )
    return redirect(url_for("settings.apps_show", app_id=app_id), 303)


def _page(app_id: int, form: KeyForm) -> str:
    with company_transaction():
        app = app_here(app_id)
        live = [one for one in api_keys.keys_of(app_id) if one.state == "live"]
    return render_page(
        "company_settings/api_key_new.html", app=app, form=form, live=live, most=api_keys.MOST_LIVE
    )


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
