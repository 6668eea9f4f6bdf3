"""How a person's page is drawn: with a form for each of their roles, and whatever was typed into one."""

from dataclasses import dataclass

from flask import g
from flask_login import current_user

from app.blueprints.doors import company_transaction
from app.blueprints.pages import render_page
from app.blueprints.people.forms import SOME, WHOLE, GrantForm
from app.domain.access.people import GrantHeld, person_here
from app.domain.access.roles import RoleView, given_here
from app.domain.identity import lost_factor
from app.domain.tenancy.companies import customers_here
from app.models import Customer


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that was sent and not taken: for which grant, 0 for a new one, and what is said about it."""

    grant_id: int
    form: GrantForm
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be given here."""

    roles: list[RoleView]
    places: list[Customer]


def draw_person(user_id: int, typed: Typed | None = None) -> str:
    """Draw one person's page; `typed` keeps what could not be saved, with the mark of what stands now."""
    with company_transaction():
        person = person_here(user_id)
        choices, announced = Choices(given_here(), customers_here()), lost_factor.pending(user_id)
    forms = {one.id: _form(one, choices) for one in person.grants}
    if typed is not None and typed.grant_id:
        forms[typed.grant_id] = typed.form
    new = typed.form if typed and not typed.grant_id else _offered(form_for(0, fill=False), choices)
    for form in (*forms.values(), new):
        form.opened.data = person.opened
    return render_page(
        "people/show.html", person=person, forms=forms, new=new, typed=typed, places=choices.places,
        factor_goes_at=announced.takes_effect_at if announced else None,
        own=user_id == current_user.id, manages=g.access.may("people", "manage"),
    )  # fmt: skip


def form_for(grant_id: int, *, fill: bool = True) -> GrantForm:
    """Return the form of one grant, or of a new one; each has names of its own on the page."""
    return (
        GrantForm(prefix=f"grant{grant_id}") if fill else GrantForm(formdata=None, prefix=f"grant{grant_id}")
    )


def sent_form(grant_id: int) -> GrantForm:
    """Return the form that was sent, with what can be chosen; the transaction of the company is opened."""
    with company_transaction():
        choices = Choices(given_here(), customers_here())
    return _offered(form_for(grant_id), choices)


def _form(grant: GrantHeld, choices: Choices) -> GrantForm:
    form = GrantForm(
        formdata=None, prefix=f"grant{grant.id}", role_id=grant.role_id,
        reach=WHOLE if grant.customers is None else SOME, customers=list(grant.customers or ()),
    )  # fmt: skip
    return _offered(form, choices)


def _offered(form: GrantForm, choices: Choices) -> GrantForm:
    return form.offer(choices.roles, choices.places, g.customers)
