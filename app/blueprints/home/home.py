"""The home page of one company: of a principal, or of who works with the whole company's data."""

from flask import g

from app.blueprints.doors import company_transaction, requires
from app.blueprints.home import blueprint
from app.blueprints.pages import render_page
from app.domain.responses.unanswered import unanswered
from app.domain.scheduling import overview
from app.domain.scheduling.problems import problems
from app.domain.scheduling.week import week
from app.domain.tenancy.companies import customers_off


@blueprint.get("/")
@requires("home", "read")
def show() -> str:
    # Its queries see the customers of this page's policy: they show imports only where those are the same.
    return _of_staff() if g.access.customers("ingest", "read") == g.customers else _of_principal()


def _of_principal() -> str:
    with company_transaction():
        today, replies = overview.sendings_today(g.company.time_zone), unanswered()
    return render_page("home/principal.html", today=today, replies=replies)


def _of_staff() -> str:
    zone = g.company.time_zone
    with company_transaction():
        today, tomorrow = overview.sendings_today(zone), overview.sendings_tomorrow(zone)
        waiting = overview.imports_waiting()
        past = week(zone)
        found = problems(past, imports=True)
        begun = bool(today or waiting) or overview.has_begun()
        replies, off = unanswered(), [one.name for one in customers_off()]
    return render_page(
        "home/staff.html" if begun else "home/first_visit.html",
        today=today,
        tomorrow=tomorrow,
        waiting=waiting,
        week=past,
        problems=found,
        replies=replies,
        off=off,
    )
