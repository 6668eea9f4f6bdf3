"""Turning a customer off and on again, after seeing in numbers what that stops."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.blueprints.company_settings import blueprint
from app.blueprints.company_settings.customers import require_whole_company
from app.blueprints.company_settings.forms import SwitchForm
from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.pages import render_page
from app.domain.delivery import switching
from app.domain.tenancy.customers import customer_here
from app.errors import Conflict


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
    try:
        with company_transaction():
            stops = switching.turn_off(customer_id)
        flash(f"Turned off: {stops.messages:,} messages wait, and nothing is sent.", "success")
    except Conflict as problem:
        flash(problem.message, "warning")
    return redirect(url_for("settings.customers_show", customer_id=customer_id), 303)


@blueprint.post("/customers/<int:customer_id>/on", endpoint="switches_create")
@requires("customers", "edit")
@fresh
def create(customer_id: int) -> Response:
    require_whole_company()
    form = SwitchForm()
    try:
        with company_transaction():
            late = switching.EXPIRE if form.late.data == switching.EXPIRE else switching.SEND
            switching.turn_on(customer_id, late=late)
        flash("Turned on again: what waited goes on.", "success")
    except Conflict as problem:
        flash(problem.message, "warning")
    return redirect(url_for("settings.customers_show", customer_id=customer_id), 303)
