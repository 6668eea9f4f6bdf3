"""The programs that call for a company: the list, the page of one, and the forms about one."""

from flask import flash, g, redirect, url_for
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.app_forms import AppForm
from app.blueprints.company_settings.customers import require_whole_company
from app.blueprints.doors import company_transaction, requires
from app.blueprints.edits import differences, put_in, refuse, taken_from
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.identity import accounts, api_keys
from app.domain.tenancy import apps
from app.domain.tenancy.companies import customers_here
from app.domain.tenancy.editing import Overtaken, revision_of
from app.errors import Conflict, Rejected
from app.models import CompanyApp

FIELDS = ("name", "description", "reach", "customers")


@blueprint.get("/settings/apps", endpoint="apps_index")
@requires("apps", "manage")
def index() -> str:
    require_whole_company()
    with company_transaction():
        found = apps.apps_here()
        reach = apps.reach_of([one.id for one in found])
        keys = api_keys.keys_by_app()
    return render_page("company_settings/apps.html", apps=found, reach=reach, keys=keys)


@blueprint.get("/settings/apps/new", endpoint="apps_new")
@requires("apps", "manage")
def new() -> str:
    require_whole_company()
    return _edit_page(_form(opened=True))


@blueprint.post("/settings/apps", endpoint="apps_create")
@requires("apps", "manage")
def create() -> Response | tuple[str, int]:
    require_whole_company()
    form = _form()
    if not form.validate_on_submit():
        return _edit_page(form), 422
    try:
        with company_transaction():
            made = apps.make_app(taken_from(form, FIELDS))
    except Rejected as problem:
        refuse(form, problem)
        return _edit_page(form), 422
    flash(f"“{made.name}” is made. It needs a key to call.", "success")
    return _to(made.id)


@blueprint.get("/settings/apps/<int:app_id>", endpoint="apps_show")
@requires("apps", "manage")
def show(app_id: int) -> str:
    require_whole_company()
    return shown_page(app_id)


@blueprint.get("/settings/apps/<int:app_id>/edit", endpoint="apps_edit")
@requires("apps", "manage")
def edit(app_id: int) -> str:
    require_whole_company()
    with company_transaction():
        app = apps.app_here(app_id)
        values = apps.app_values(app)
    form = _form(app_id, opened=True)
    put_in(form, values)
    form.revision.data = revision_of(app)
    return _edit_page(form, app)


@blueprint.post("/settings/apps/<int:app_id>", endpoint="apps_update")
@requires("apps", "manage")
@fresh
def update(app_id: int) -> Response | tuple[str, int]:
    require_whole_company()
    with company_transaction():
        app = apps.app_here(app_id)
    form = _form(app_id)
    if not form.validate_on_submit():
        return _edit_page(form, app), 422
    try:
        with company_transaction():
            apps.change_app(app_id, taken_from(form, FIELDS), opened_with=form.revision.data)
    except Overtaken as lost:
        found = differences(form, lost.current, lost.revision)
        return _edit_page(form, app, found), 409
    except Rejected as problem:
        refuse(form, problem)
        return _edit_page(form, app), 422
    flash(f"“{form.name.data}” is saved. Its keys reach at once what you chose.", "success")
    return _to(app_id)


@blueprint.post("/settings/apps/<int:app_id>/off", endpoint="apps_destroy")
@requires("apps", "manage")
@fresh
def destroy(app_id: int) -> Response:
    require_whole_company()
    try:
        with company_transaction():
            app = apps.turn_off(app_id)
        flash(f"“{app.name}” is off: its keys no longer work.", "success")
    except Conflict as problem:
        flash(problem.message, "warning")
    return _to(app_id)


@blueprint.post("/settings/apps/<int:app_id>/on", endpoint="apps_restore")
@requires("apps", "manage")
@fresh
def restore(app_id: int) -> Response:
    require_whole_company()
    try:
        with company_transaction():
            app = apps.turn_on(app_id)
        flash(f"“{app.name}” is on again: keys that had not ended work as before.", "success")
    except Conflict as problem:
        flash(problem.message, "warning")
    return _to(app_id)


def shown_page(app_id: int) -> str:
    """Draw the page of one app."""
    with company_transaction():
        app = apps.app_here(app_id)
        reach = apps.reach_of([app_id])[app_id]
        keys = api_keys.keys_of(app_id)
        makers = {one: accounts.by_id(one) for one in {key.created_by for key in keys} if one}
    return render_page(
        "company_settings/app.html", app=app, reach=reach, keys=keys, makers=makers,
        scope_words=api_keys.SCOPES, most=api_keys.MOST_LIVE,
        live=sum(key.state == "live" for key in keys),
    )  # fmt: skip


def _form(app_id: int | None = None, *, opened: bool = False) -> AppForm:
    """Return the form; a customer that was turned off stays a choice where the app is limited to it."""
    with company_transaction():
        offered = {one.id: one.name for one in customers_here()}
        chosen = apps.reach_of([app_id])[app_id] if app_id is not None else []
    offered |= {one.id: one.name if one.active else f"{one.name} (turned off)" for one in chosen}
    parts = "schools" if g.company.kind == "school" else "customers"
    given = {"formdata": None} if opened else {}
    return AppForm(of=g.company.name, parts=parts, customers=list(offered.items()), **given)


def _edit_page(form: AppForm, app: CompanyApp | None = None, found: object = ()) -> str:
    return render_page("company_settings/app_edit.html", form=form, app=app, differences=found)


def _to(app_id: int) -> Response:
    return redirect(url_for("settings.apps_show", app_id=app_id), 303)
