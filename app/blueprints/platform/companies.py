"""The platform's companies: finding them, making one with its first administrator, and changing one."""

from flask import flash, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.company_settings.company_forms import Answer, opened, save
from app.blueprints.company_settings.forms import CompanyForm
from app.blueprints.doors import requires
from app.blueprints.edits import refuse
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.blueprints.platform.forms import NewCompanyForm
from app.domain.access.administrators import leaders_here
from app.domain.access.grants import grant_role
from app.domain.identity.invitations import invite
from app.domain.tenancy import customers, profiles
from app.domain.tenancy.listing import companies_page
from app.errors import Conflict, Rejected
from app.models import Company
from app.unit_of_work import transaction

LONGEST_SEARCH = 100


@blueprint.get("/platform/companies", endpoint="companies_index")
@requires("platform", "companies")
def index() -> str:
    given = request.args.get
    search, off = given("search", "")[:LONGEST_SEARCH].strip(), given("show") == "off"
    with transaction(platform=True):
        page = companies_page(search=search, off=off, before=given("before", ""), after=given("after", ""))
    return render_page("platform/companies.html", page=page, search=search, off=off, kinds=profiles.KINDS)


@blueprint.get("/platform/companies/new", endpoint="companies_new")
@requires("platform", "companies")
def new() -> str:
    return render_page("platform/company_new.html", form=NewCompanyForm(formdata=None))


@blueprint.post("/platform/companies", endpoint="companies_create")
@requires("platform", "companies")
@fresh
def create() -> Response | Answer:
    form = NewCompanyForm()
    if not form.validate_on_submit():
        return render_page("platform/company_new.html", form=form), 422
    try:
        places = customers.named(form.places.data or "")
        with transaction(platform=True, user=current_user.id):
            made = _begin(form)
        with transaction(made.id, None, current_user.id):
            for name in places:
                customers.add_customer({"name": name})
    except (Rejected, Conflict) as problem:
        refuse(form, problem)
        return render_page("platform/company_new.html", form=form), problem.status
    flash(f"“{made.name}” is there, and {form.email_address.data} is invited to look after it.", "success")
    return redirect(url_for("platform.companies_show", company_id=made.id), 303)


@blueprint.get("/platform/companies/<int:company_id>", endpoint="companies_show")
@requires("platform", "companies")
def show(company_id: int) -> str:
    with transaction(company_id, None, current_user.id):
        company, parts = profiles.profile(company_id), customers.customer_numbers()
        leaders = leaders_here()
    return render_page(
        "platform/company.html", shown=company, told=profiles.profile_values(company), kinds=profiles.KINDS,
        tiers=profiles.TIERS, parts=parts, leaders=leaders,
    )  # fmt: skip


@blueprint.get("/platform/companies/<int:company_id>/edit", endpoint="companies_edit")
@requires("platform", "companies")
def edit(company_id: int) -> str:
    with transaction(platform=True):
        form, company = opened(CompanyForm, company_id), profiles.profile(company_id)
    return render_page("platform/company_edit.html", form=form, shown=company, differences=())


@blueprint.post("/platform/companies/<int:company_id>", endpoint="companies_update")
@requires("platform", "companies")
@fresh
def update(company_id: int) -> Response | Answer:
    with transaction(platform=True):
        company = profiles.profile(company_id)
    form = CompanyForm(begins=company.window_from, ends=company.window_until)
    refused = save(
        form,
        "platform/company_edit.html",
        lambda: transaction(company_id, None, current_user.id),
        company_id,
        frozenset(profiles.FIELDS),
        shown=company,
    )
    if refused is not None:
        return refused
    flash("The company is saved.", "success")
    return redirect(url_for("platform.companies_show", company_id=company_id), 303)


def _begin(form: NewCompanyForm) -> Company:
    """Make the company and its administrator, both or neither."""
    made = profiles.begin_company(
        name=form.name.data,
        alias=form.alias.data or "",
        kind=form.kind.data,
        tier=form.tier.data,
        time_zone=form.time_zone.data,
    )
    person = invite(form.email_address.data, form.first_name.data, form.last_name.data or "", current_user.id)
    grant_role(person, "company_administrator", company_id=made.id)
    return made
