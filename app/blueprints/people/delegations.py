"""Handing one school to people: everybody with a limited role, ticked or not, and one button."""

from flask import flash, g, redirect, url_for
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.fresh import fresh
from app.blueprints.options import options
from app.blueprints.pages import render_page
from app.blueprints.people import blueprint
from app.blueprints.people.forms import DelegationForm
from app.domain.access import delegation
from app.domain.access.roles import Overtaken
from app.domain.identity import sessions


@blueprint.get("/people/places/<int:customer_id>")
@requires("people", "manage")
def delegations_show(customer_id: int) -> str:
    return _page(customer_id)


@blueprint.post("/people/places/<int:customer_id>")
@requires("people", "manage")
@fresh
def delegations_update(customer_id: int) -> Response | tuple[str, int]:
    with company_transaction():
        delegation.customer_here(customer_id)
        known = {one.grant_id for one in delegation.delegates(customer_id)}
    form = DelegationForm()
    form.grants.choices = options((one, "") for one in known)
    chosen = [one for one in form.grants.data or () if one in known]
    try:
        with company_transaction():
            handed = delegation.hand(customer_id, chosen, giver=g.access, opened=form.opened.data or "")
            for user_id in handed.lost:
                sessions.end_all_of(user_id)
    except Overtaken:
        return _page(customer_id, chosen), 409
    flash("Saved. It counts from their next click." if handed.changed else "Nothing was changed.", "success")
    return redirect(url_for("people.delegations_show", customer_id=customer_id), 303)


def _page(customer_id: int, chosen: list[int] | None = None) -> str:
    """Draw the page; with `chosen`, as it was ticked when somebody else had saved before."""
    with company_transaction():
        place = delegation.customer_here(customer_id)
        people = delegation.delegates(customer_id)
    return render_page(
        "people/place.html", place=place, people=people, chosen=chosen, opened=delegation.standing_of(people)
    )
