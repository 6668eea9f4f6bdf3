"""A company's settings: the page, and the form with which its administrators change their part."""

from zoneinfo import ZoneInfo

from flask import flash, g, redirect, url_for
from werkzeug.wrappers import Response

from app import clock
from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.company_forms import Answer, opened, save
from app.blueprints.company_settings.forms import OwnCompanyForm
from app.blueprints.doors import company_transaction, requires, settings
from app.blueprints.pages import render_page
from app.domain.ingest.load_maps import saved_maps
from app.domain.tenancy import profiles
from app.domain.tenancy.companies import customers_here
from app.domain.tenancy.senders import sending_address
from app.errors import NotFound


@blueprint.get("/settings")
@requires("settings", "read")
def show() -> str:
    with company_transaction():
        customers, load_maps = customers_here(), saved_maps()
        told = profiles.profile_values(profiles.profile(g.company.id))
    leaves_from = sending_address(
        g.company.from_email, alias=g.company.alias, tier=g.company.tier, our_domain=settings().mail_domain
    )
    now = clock.now().astimezone(ZoneInfo(g.company.time_zone))
    return render_page(
        "company_settings/show.html",
        customers=customers, load_maps=load_maps, now=now, told=told, leaves_from=leaves_from,
        whole=g.customers is None, accents=profiles.ACCENTS,
    )  # fmt: skip


@blueprint.get("/settings/edit")
@requires("settings", "edit")
def edit() -> str:
    _whole_company()
    with company_transaction():
        form = opened(OwnCompanyForm, g.company.id)
    return render_page("company_settings/edit.html", form=form, differences=())


@blueprint.post("/settings")
@requires("settings", "edit")
def update() -> Response | Answer:
    _whole_company()
    form = OwnCompanyForm(begins=g.company.window_from, ends=g.company.window_until)
    refused = save(
        form, "company_settings/edit.html", company_transaction, g.company.id, profiles.COMPANYS_OWN
    )
    if refused is not None:
        return refused
    flash("The settings are saved.", "success")
    return redirect(url_for("settings.show"), 303)


def _whole_company() -> None:
    """Raise NotFound for who was handed some customers: the settings are the whole company's."""
    if g.customers is not None:
        raise NotFound("There is no such page.")
