"""Turning a company off and on again, after seeing in numbers what that stops."""

from flask import url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.company_settings.forms import SwitchForm
from app.blueprints.company_settings.switched import late_chosen, switched
from app.blueprints.doors import requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.domain.delivery import switching
from app.domain.tenancy.profiles import profile
from app.unit_of_work import transaction


@blueprint.get("/platform/companies/<int:company_id>/switch", endpoint="switches_edit")
@requires("platform", "companies")
def edit(company_id: int) -> str:
    with transaction(company_id, None, current_user.id):
        company = profile(company_id)
        stops, late = switching.what_stops(), switching.what_is_late()
    return render_page(
        "company_settings/switch.html", form=SwitchForm(), thing=company, stops=stops, late=late,
        kind="company", back=url_for("platform.companies_show", company_id=company_id),
        off_url=url_for("platform.switches_destroy", company_id=company_id),
        on_url=url_for("platform.switches_create", company_id=company_id),
    )  # fmt: skip


@blueprint.post("/platform/companies/<int:company_id>/off", endpoint="switches_destroy")
@requires("platform", "companies")
@fresh
def destroy(company_id: int) -> Response:
    return switched(lambda: _off(company_id), url_for("platform.companies_show", company_id=company_id))


@blueprint.post("/platform/companies/<int:company_id>/on", endpoint="switches_create")
@requires("platform", "companies")
@fresh
def create(company_id: int) -> Response:
    return switched(lambda: _on(company_id), url_for("platform.companies_show", company_id=company_id))


def _off(company_id: int) -> str:
    with transaction(company_id, None, current_user.id):
        profile(company_id)
        stops = switching.turn_off()
    return f"Turned off: {stops.messages:,} messages wait, and nobody can work there."


def _on(company_id: int) -> str:
    with transaction(company_id, None, current_user.id):
        profile(company_id)
        switching.turn_on(late=late_chosen())
    return "Turned on again: what waited goes on."
