"""The page of a company's settings."""

from zoneinfo import ZoneInfo

from flask import g

from app import clock
from app.blueprints.company_settings import blueprint
from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.domain.ingest.load_maps import saved_maps
from app.domain.tenancy.companies import customers_here


@blueprint.get("/settings")
@requires("settings", "read")
def show() -> str:
    with company_transaction():
        customers, load_maps = customers_here(), saved_maps()
    now = clock.now().astimezone(ZoneInfo(g.company.time_zone))
    return render_page("company_settings/show.html", customers=customers, load_maps=load_maps, now=now)
