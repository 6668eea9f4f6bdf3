"""The locations of a company and of its customers: the list, adding, changing and removing them."""

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.customers import LONGEST_SEARCH, require_whole_company
from app.blueprints.company_settings.forms import LocationForm
from app.blueprints.doors import company_transaction, requires
from app.blueprints.edits import differences, put_in, refuse, taken_from
from app.blueprints.pages import render_page
from app.domain.tenancy import locations
from app.domain.tenancy.customers import customer_here
from app.domain.tenancy.editing import Overtaken, revision_of
from app.domain.tenancy.location_list import customers_locations
from app.errors import Rejected
from app.models import CompanyLocation


@blueprint.get("/locations", endpoint="locations_index")
@requires("settings", "read")
def index() -> str:
    given = request.args.get
    search = given("search", "")[:LONGEST_SEARCH].strip()
    with company_transaction():
        own = locations.locations_of(None)
        page = customers_locations(search=search, before=given("before", ""), after=given("after", ""))
    return render_page(
        "company_settings/locations.html", own=own, page=page, search=search,
        may_edit=g.access.may("customers", "edit") and g.customers is None,
    )  # fmt: skip


@blueprint.get("/locations/new", endpoint="own_locations_new")
@blueprint.get("/customers/<int:customer_id>/locations/new", endpoint="locations_new")
@requires("customers", "edit")
def new(customer_id: int | None = None) -> str:
    _require_owner(customer_id)
    return _page(LocationForm(formdata=None), customer_id)


@blueprint.post("/locations", endpoint="own_locations_create")
@blueprint.post("/customers/<int:customer_id>/locations", endpoint="locations_create")
@requires("customers", "edit")
def create(customer_id: int | None = None) -> Response | tuple[str, int]:
    _require_owner(customer_id)
    form = LocationForm()
    if not form.validate_on_submit():
        return _page(form, customer_id), 422
    try:
        with company_transaction():
            made = locations.add_location(customer_id, taken_from(form, locations.FIELDS))
    except Rejected as problem:
        refuse(form, problem)
        return _page(form, customer_id), 422
    flash(f"“{made.name}” is added.", "success")
    return _back(customer_id)


@blueprint.get("/locations/<int:location_id>/edit", endpoint="locations_edit")
@requires("customers", "edit")
def edit(location_id: int) -> str:
    with company_transaction():
        location = locations.location_here(location_id)
    form = LocationForm(formdata=None)
    put_in(form, locations.location_values(location))
    form.revision.data = revision_of(location)
    return _page(form, location.customer_id, location)


@blueprint.post("/locations/<int:location_id>", endpoint="locations_update")
@requires("customers", "edit")
def update(location_id: int) -> Response | tuple[str, int]:
    form = LocationForm()
    with company_transaction():
        location = locations.location_here(location_id)
    if not form.validate_on_submit():
        return _page(form, location.customer_id, location), 422
    try:
        with company_transaction():
            values = taken_from(form, locations.FIELDS)
            locations.change_location(location_id, values, opened_with=form.revision.data)
    except Overtaken as lost:
        found = differences(form, lost.current, lost.revision)
        return _page(form, location.customer_id, location, found), 409
    except Rejected as problem:
        refuse(form, problem)
        return _page(form, location.customer_id, location), 422
    flash(f"“{form.name.data}” is saved.", "success")
    return _back(location.customer_id)


@blueprint.post("/locations/<int:location_id>/removal", endpoint="locations_destroy")
@requires("customers", "edit")
def destroy(location_id: int) -> Response:
    with company_transaction():
        gone = locations.remove_location(location_id)
    flash(f"“{gone.name}” is removed.", "success")
    return _back(gone.customer_id)


def _require_owner(customer_id: int | None) -> None:
    """Raise NotFound where somebody who was handed some customers would add a place of the whole company."""
    if customer_id is None:
        require_whole_company()


def _back(customer_id: int | None) -> Response:
    if customer_id is None:
        return redirect(url_for("settings.locations_index"), 303)
    return redirect(url_for("settings.customers_show", customer_id=customer_id), 303)


def _page(
    form: LocationForm,
    customer_id: int | None,
    location: CompanyLocation | None = None,
    found: object = (),
) -> str:
    with company_transaction():
        customer = customer_here(customer_id) if customer_id is not None else None
    return render_page(
        "company_settings/location_edit.html", form=form, customer=customer, location=location,
        differences=found,
    )  # fmt: skip
