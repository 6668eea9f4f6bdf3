"""The customers of a company: the list, the page of one, and the forms that add and change them."""

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.forms import CustomerForm, ExternalIdForm
from app.blueprints.doors import company_transaction, requires
from app.blueprints.edits import differences, put_in, refuse, taken_from
from app.blueprints.pages import render_page
from app.domain.tenancy import customers, locations, xrefs
from app.domain.tenancy.editing import Overtaken, revision_of
from app.domain.tenancy.shards import shard_names, shard_rules
from app.errors import NotFound, Rejected
from app.models import Customer

LONGEST_SEARCH = 100


@blueprint.get("/customers", endpoint="customers_index")
@requires("settings", "read")
def index() -> str:
    given = request.args.get
    search, off = given("search", "")[:LONGEST_SEARCH].strip(), given("show") == "off"
    with company_transaction():
        page = customers.customers_page(
            search=search, off=off, before=given("before", ""), after=given("after", "")
        )
        numbers = customers.customer_numbers()
    return render_page(
        "company_settings/customers.html", page=page, search=search, off=off, numbers=numbers,
        whole=g.customers is None,
    )  # fmt: skip


@blueprint.get("/customers/<int:customer_id>", endpoint="customers_show")
@requires("settings", "read")
def show(customer_id: int) -> str:
    with company_transaction():
        return shown_page(customer_id, ExternalIdForm(formdata=None))


@blueprint.get("/customers/new", endpoint="customers_new")
@requires("customers", "edit")
def new() -> str:
    with company_transaction():
        form = CustomerForm(formdata=None, shards=shard_names())
    return _edit_page(form)


@blueprint.post("/customers", endpoint="customers_create")
@requires("customers", "edit")
def create() -> Response | tuple[str, int]:
    with company_transaction():
        form = CustomerForm(shards=shard_names())
    if not form.validate_on_submit():
        return _edit_page(form), 422
    try:
        with company_transaction():
            made = customers.add_customer(taken_from(form, customers.FIELDS))
    except Rejected as problem:
        refuse(form, problem)
        return _edit_page(form), 422
    flash(f"“{made.name}” is added.", "success")
    return redirect(url_for("settings.customers_show", customer_id=made.id), 303)


@blueprint.get("/customers/<int:customer_id>/edit", endpoint="customers_edit")
@requires("customers", "edit")
def edit(customer_id: int) -> str:
    with company_transaction():
        customer = customers.customer_here(customer_id)
        form = _form_about(customer, opened=True)
    return _edit_page(form, customer)


@blueprint.post("/customers/<int:customer_id>", endpoint="customers_update")
@requires("customers", "edit")
def update(customer_id: int) -> Response | tuple[str, int]:
    with company_transaction():
        customer = customers.customer_here(customer_id)
        form = _form_about(customer)
    if not form.validate_on_submit():
        return _edit_page(form, customer), 422
    try:
        with company_transaction():
            values = taken_from(form, customers.FIELDS)
            customers.change_customer(customer_id, values, opened_with=form.revision.data)
    except Overtaken as lost:
        found = differences(form, lost.current, lost.revision)
        return _edit_page(form, customer, found), 409
    except Rejected as problem:
        refuse(form, problem)
        return _edit_page(form, customer), 422
    flash(f"“{form.name.data}” is saved.", "success")
    return redirect(url_for("settings.customers_show", customer_id=customer_id), 303)


def shown_page(customer_id: int, id_form: ExternalIdForm) -> str:
    """Draw the page of one customer within the open transaction."""
    customer = customers.customer_here(customer_id)
    shard = shard_rules().find(zip_code=customer.zip, state=customer.state, override=customer.shard)
    return render_page(
        "company_settings/customer.html", customer=customer, told=customers.customer_values(customer),
        shard=shard, locations=locations.locations_of(customer_id), external_ids=xrefs.ids_of(customer_id),
        id_form=id_form, may_edit=g.access.may("customers", "edit"),
    )  # fmt: skip


def require_whole_company() -> None:
    """Raise NotFound for who was handed some customers: this is for those who look after all of them."""
    if g.customers is not None:
        raise NotFound("There is no such page.")


def _form_about(customer: Customer, *, opened: bool = False) -> CustomerForm:
    window = (customer.window_from, customer.window_until)
    given = {"formdata": None} if opened else {}
    form = CustomerForm(shards=shard_names(), window=window, **given)
    if opened:
        put_in(form, customers.customer_values(customer))
        form.revision.data = revision_of(customer)
    return form


def _edit_page(form: CustomerForm, customer: Customer | None = None, found: object = ()) -> str:
    return render_page("company_settings/customer_edit.html", form=form, customer=customer, differences=found)
