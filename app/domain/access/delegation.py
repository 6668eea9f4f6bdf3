"""Handing schools to people: from a school's side, everybody whose role is limited to some, ticked or not."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.access.administrators import one_at_a_time
from app.domain.access.giving import change, take_away
from app.domain.access.grants import Access
from app.domain.access.roles import Overtaken
from app.domain.tenancy.companies import customers_here
from app.errors import NotFound
from app.models import Customer, Grant, Role, User
from app.unit_of_work import company_id, customers, session


@dataclass(frozen=True, slots=True)
class Delegate:
    """One role of one person that is limited to some customers; `has` says whether this one is among them."""

    grant_id: int
    user_id: int
    name: str
    role_id: int
    role: str
    customers: tuple[int, ...]
    has: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """How many roles changed, and the numbers of the people who lost theirs: they had this customer only."""

    changed: int
    lost: Sequence[int]


def customer_here(customer_id: int) -> Customer:
    """Return a customer that the open transaction may see; raise NotFound."""
    found = [one for one in customers_here() if one.id == customer_id]
    if not found:
        raise NotFound("There is no such place here.")
    return found[0]


def delegates(customer_id: int) -> list[Delegate]:
    """Return the limited roles at this company, by person: those that could be handed this customer.

    Who may see only some customers sees the roles that are limited to one of these.
    """
    mine = customers()
    query = (
        select(Grant, User, Role.name.label("role"))
        .join(User, User.id == Grant.user_id)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.company_id == company_id(), Grant.scope == "customers", Grant.active)
        .order_by(User.first_name, User.last_name, Grant.id)
        .execution_options(populate_existing=True)
    )
    return [
        Delegate(
            row.Grant.id, row.User.id, f"{row.User.first_name} {row.User.last_name}".strip(),
            row.Grant.role_id, row.role, tuple(row.Grant.customer_ids), customer_id in row.Grant.customer_ids,
        )
        for row in session().execute(query)
        if mine is None or set(mine) & set(row.Grant.customer_ids)
    ]  # fmt: skip


def standing_of(people: Sequence[Delegate]) -> str:
    """Return a mark of who has it now, which a form carries."""
    return hashlib.sha256(repr([one.grant_id for one in people if one.has]).encode()).hexdigest()[:16]


def hand(customer_id: int, grant_ids: Collection[int], *, giver: Access, opened: str) -> Handed:
    """Let exactly these limited roles hold for the customer too; return what that changed.

    A role that was limited to this customer alone is taken away with it. Raises Overtaken.
    """
    customer_here(customer_id)
    with one_at_a_time():
        people = delegates(customer_id)
        if standing_of(people) != opened:
            raise Overtaken("Somebody else changed who has this while you did.")
        changed = [one for one in people if (one.grant_id in grant_ids) != one.has]
        lost: list[int] = []
        for one in changed:
            left = tuple(sorted(set(one.customers) ^ {customer_id}))
            if left:
                change(one.user_id, one.grant_id, one.role_id, left, giver=giver, opened=None)
            else:
                take_away(one.user_id, one.grant_id, giver=giver)
                lost.append(one.user_id)
        return Handed(len(changed), lost)
