"""The page of one company's trail."""

from typing import Any

from flask import g, request, url_for

from app.blueprints.doors import company_transaction, requires
from app.blueprints.options import options
from app.blueprints.pages import render_page
from app.blueprints.support import blueprint
from app.blueprints.support.forms import TrailForm
from app.domain.audit import events, reading
from app.domain.audit.days import by_day
from app.domain.audit.reading import TrailFilters


@blueprint.get("/trail")
@requires("trail", "read")
def index() -> str | tuple[str, int]:
    form = TrailForm(request.args)
    with company_transaction():
        people = reading.people_on_trail()
        form.person.choices = options([("", "Everybody"), *people])
        filters = _filters(form) if form.validate() else TrailFilters(zone=g.company.time_zone)
        page = reading.page(
            filters, before=request.args.get("before", ""), after=request.args.get("after", "")
        )
        if not request.args and g.access.visit is None:  # That a visit looked is told of every page.
            events.record("trail.viewed")
    shown = render_page(
        "support/trail.html",
        form=form,
        page=page,
        days=by_day(page.lines, filters.zone),
        chips=_chips(form, dict(people)),
        address=_address,
    )
    return shown, 422 if form.errors else 200


def _filters(form: TrailForm) -> TrailFilters:
    thing_id = request.args.get("thing_id", "")
    return TrailFilters(
        person=form.person.data,
        thing=form.thing.data or "",
        thing_id=int(thing_id) if thing_id.isascii() and thing_id.isdigit() and len(thing_id) < 20 else None,
        first_day=form.first_day.data,
        last_day=form.last_day.data,
        zone=g.company.time_zone,
    )


def _chips(form: TrailForm, people: dict[int, str]) -> list[dict[str, str]]:
    """Return the filters in force, each with the address of the page without it."""
    said = {
        "person": ("Person", people.get(form.person.data, "")),
        "thing": ("Thing", reading.THINGS.get(form.thing.data or "", "")),
        "thing_id": ("Number", request.args.get("thing_id", "")),
        "first_day": ("From", str(form.first_day.data or "")),
        "last_day": ("Until", str(form.last_day.data or "")),
    }
    return [
        {"name": name, "value": value, "remove_url": _address(**{key: None, "before": None, "after": None})}
        for key, (name, value) in said.items()
        if value
    ]


def _address(**changes: str | int | None) -> str:
    """Return this page's address with some of its query changed or, with None, left out."""
    query: dict[str, Any] = {**request.args.to_dict(), **changes}
    return url_for("support.index", **{key: value for key, value in query.items() if value not in (None, "")})
