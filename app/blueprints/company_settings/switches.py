"""Turning a customer off and on again, after seeing in numbers what that stops."""

from flask import url_for
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.customers import require_whole_company
from app.blueprints.company_settings.forms import SwitchForm
from app.blueprints.company_settings.switched import late_chosen, switched
from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.delivery import switching
from app.domain.tenancy.customers import customer_here


@blueprint.get("/customers/<int:customer_id>/switch", endpoint="switches_edit")
@requires("customers", "edit")
def edit(customer_id: int) -> str:
    require_whole_company()
    with company_transaction():
        customer = customer_here(customer_id)
        stops, late = switching.what_stops(customer_id), switching.what_is_late(customer_id)
    return render_page(
        "company_settings/switch.html", form=SwitchForm(), thing=customer, stops=stops, late=late,
        kind="customer", back=url_for("settings.customers_show", customer_id=customer_id),
        off_url=url_for("settings.switches_destroy", customer_id=customer_id),
        on_url=url_for("settings.switches_create", customer_id=customer_id),
    )  # fmt: skip


@blueprint.post("/customers/<int:customer_id>/off", endpoint="switches_destroy")
@requires("customers", "edit")
@fresh
def destroy(customer_id: int) -> Response:
    require_whole_company()
    return switched(lambda: _off(customer_id), url_for("settings.customers_show", customer_id=customer_id))


@blueprint.post("/customers/<int:customer_id>/on", endpoint="switches_create")
@requires("customers", "edit")
@fresh
def create(customer_id: int) -> Response:
    require_whole_company()
    return switched(lambda: _on(customer_id), url_for("settings.customers_show", customer_id=customer_id))


def _off(customer_id: int) -> str:
    with company_transaction():
        stops = switching.turn_off(customer_id)
    return f"Turned off: {stops.messages:,} messages wait, and nothing is sent."


def _on(customer_id: int) -> str:
    with company_transaction():
        switching.turn_on(customer_id, late=late_chosen())
    return "Turned on again: what waited goes on."
