"""The home page of one company."""

from flask import g

from app.blueprints.doors import company_transaction, requires
from app.blueprints.home import blueprint
from app.blueprints.pages import render_page
from app.domain.scheduling import overview


@blueprint.get("/")
@requires("home", "read")
def show() -> str:
    zone = g.company.time_zone
    with company_transaction():
        today = overview.sendings_today(zone)
        waiting = overview.imports_waiting() if g.access.may("ingest", "map") else []
    return render_page(
        "home/show.html",
        today=today,
        waiting=waiting,
        totals=overview.totals(today),
    )
