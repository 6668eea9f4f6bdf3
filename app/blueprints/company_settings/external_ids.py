"""External ids of customers: one by one on a customer's page, or a whole file at once."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.customers import require_whole_company, shown_page
from app.blueprints.company_settings.forms import ExternalIdForm, IdsFileForm
from app.blueprints.doors import company_transaction, requires
from app.blueprints.edits import refuse
from app.blueprints.pages import render_page
from app.domain.ingest import store
from app.domain.ingest.ids_file import MEGABYTES, read_ids
from app.domain.tenancy import xrefs
from app.errors import Conflict, Rejected

SHOWN = 100


@blueprint.post("/customers/<int:customer_id>/external-ids", endpoint="external_ids_create")
@requires("customers", "edit")
def create(customer_id: int) -> Response | tuple[str, int]:
    form = ExternalIdForm()
    if not form.validate_on_submit():
        return _refused(customer_id, form, 422)
    try:
        with company_transaction():
            xrefs.add_id(customer_id, form.external_id.data)
    except (Rejected, Conflict) as problem:
        refuse(form, problem)
        return _refused(customer_id, form, problem.status)
    flash(f"“{form.external_id.data}” is added.", "success")
    return redirect(url_for("settings.customers_show", customer_id=customer_id), 303)


@blueprint.post("/customers/<int:customer_id>/external-ids/removal", endpoint="external_ids_destroy")
@requires("customers", "edit")
def destroy(customer_id: int) -> Response:
    external_id = request.form.get("external_id", "")
    with company_transaction():
        xrefs.remove_id(customer_id, external_id)
    flash(f"“{external_id}” is removed.", "success")
    return redirect(url_for("settings.customers_show", customer_id=customer_id), 303)


@blueprint.get("/customers/external-ids/new", endpoint="ids_files_new")
@requires("customers", "edit")
def new_file() -> str:
    require_whole_company()
    return _file_page(IdsFileForm(formdata=None))


@blueprint.post("/customers/external-ids", endpoint="ids_files_create")
@requires("customers", "edit")
def create_file() -> Response | tuple[str, int]:
    require_whole_company()
    form = IdsFileForm()
    if not form.validate_on_submit():
        return _file_page(form), 422
    try:
        with store.received(form.file.data.stream) as arrived:
            lines = read_ids(arrived, filename=form.file.data.filename)
    except Rejected as problem:
        form.file.errors = [problem.message]
        return _file_page(form), 422
    with company_transaction():
        plan = xrefs.take_in_ids(lines, filename=form.file.data.filename)
    if plan.problems:
        return _file_page(form, plan), 422
    flash(f"{len(plan.to_add):,} external ids are added; {plan.known:,} were known.", "success")
    return redirect(url_for("settings.customers_index"), 303)


def _refused(customer_id: int, form: ExternalIdForm, status: int) -> tuple[str, int]:
    with company_transaction():
        return shown_page(customer_id, form), status


def _file_page(form: IdsFileForm, plan: xrefs.IdPlan | None = None) -> str:
    problems = plan.problems if plan else []
    return render_page(
        "company_settings/ids_file.html", form=form, problems=problems[:SHOWN], more=len(problems) - SHOWN,
        right=len(plan.to_add) + plan.known if plan else 0, megabytes=MEGABYTES, rows=xrefs.MOST_ROWS,
    )  # fmt: skip
