"""Giving people of the open company a role, changing for whom it holds, taking it away; turning them off.

Nobody gives or takes more than they may do themselves, and a form that was opened before somebody else's
change is refused with what stands now.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, select, update

from app.domain.access.administrators import one_at_a_time
from app.domain.access.grants import Access, Customers
from app.domain.access.roles import NOT_GIVEN_HERE, Overtaken, RoleView, role_here
from app.domain.audit import events
from app.domain.tenancy.companies import customers_here
from app.errors import Conflict, Forbidden, NotFound, Rejected
from app.models import Grant, User
from app.unit_of_work import company_id, customers, session

CHANGED = "Somebody else changed what this person may do while you did."


def give(user_id: int, role_id: int, wanted: Customers, *, giver: Access, opened: str | None = None) -> None:
    """Give a person a role for some customers, None for the whole company; raise Rejected or Forbidden."""
    with one_at_a_time():
        _check_opened(user_id, opened)
        _check_places(wanted)
        role = _may_give(role_id, wanted, giver)
        if any(one.role_id == role_id and one.scope == _scope(wanted) for one in grants_of(user_id)):
            raise Rejected(f"This person is {role.name} already. Change that instead.", field="role_id")
        session().add(
            Grant(
                user_id=user_id, role_id=role_id, scope=_scope(wanted), company_id=company_id(),
                customer_ids=list(wanted) if wanted is not None else None,
            )
        )  # fmt: skip
        session().flush()
        events.record(
            "grant.given", "users", user_id, person=name_of(user_id), role=role.name, where=_where(wanted)
        )


def change(
    user_id: int, grant_id: int, role_id: int, wanted: Customers, *, giver: Access, opened: str | None
) -> bool:
    """Change the role or the customers of a grant; say whether the person lost a role by it."""
    with one_at_a_time():
        _check_opened(user_id, opened)
        grant = _grant(user_id, grant_id)
        before = _may_give(grant.role_id, _limit(grant), giver)
        _check_places(wanted)
        wanted = _with_hidden(wanted, _limit(grant))
        role = _may_give(role_id, wanted, giver)
        if (grant.role_id, _limit(grant)) == (role_id, wanted):
            return False
        clash = [one for one in grants_of(user_id) if one.id != grant_id and one.role_id == role_id]
        if any(one.scope == _scope(wanted) for one in clash):
            raise Rejected(f"This person is {role.name} already. Change that instead.", field="role_id")
        values = {"scope": _scope(wanted), "customer_ids": list(wanted) if wanted is not None else None}
        session().execute(update(Grant).where(Grant.id == grant_id).values(role_id=role_id, **values))
        events.record(
            "grant.changed", "users", user_id, person=name_of(user_id), role=role.name, where=_where(wanted),
            before=f"{before.name}, {_where(_limit(grant))}",
        )  # fmt: skip
        return before.id != role.id


def take_away(user_id: int, grant_id: int, *, giver: Access, opened: str | None = None) -> None:
    """Take a role away; raise Conflict where it is the last administrator's."""
    with one_at_a_time():
        _check_opened(user_id, opened)
        grant = _grant(user_id, grant_id)
        role = _may_give(grant.role_id, _limit(grant), giver)
        person = name_of(user_id)  # before it is taken: who has nothing left here is not to be seen
        session().execute(delete(Grant).where(Grant.id == grant_id))
        events.record(
            "grant.taken", "users", user_id, person=person, role=role.name,
            where=_where(_limit(grant)),
        )  # fmt: skip


def turn(user_id: int, *, on: bool, giver: Access, by: int) -> None:
    """Turn all that a person may do here off, or on again as it was; other companies are not touched."""
    if user_id == by:
        raise Conflict("Nobody turns themselves off. Ask another administrator.")
    with one_at_a_time():
        require_reach(user_id, giver)
        ids = [one.id for one in grants_of(user_id)]
        session().execute(update(Grant).where(Grant.id.in_(ids)).values(active=on))
        if on:
            events.record("person.turned_on", "users", user_id, person=name_of(user_id))
        else:
            events.record("person.turned_off", "users", user_id, person=name_of(user_id))


def require_reach(user_id: int, giver: Access) -> None:
    """Raise NotFound for who has no role here, and Forbidden for who may do more here than the giver."""
    known_here(user_id)
    for one in grants_of(user_id):
        _may_give(one.role_id, _limit(one), giver)


def known_here(user_id: int) -> None:
    """Raise NotFound for who has no role here yet: they are invited first."""
    if not grants_of(user_id):
        raise NotFound("There is no such person here.")


def grants_of(user_id: int) -> Sequence[Grant]:
    """Return the grants a person has at this very company, as far as the open transaction may see them."""
    query = select(Grant).where(Grant.user_id == user_id, Grant.company_id == company_id())
    mine = customers()
    found = session().scalars(query.order_by(Grant.id).execution_options(populate_existing=True))
    return [one for one in found if mine is None or set(mine) & set(one.customer_ids or ())]


def standing(user_id: int) -> str:
    """Return a mark of what a person has here now: a form carries it, and a later change alters it."""
    parts = [
        (one.id, one.role_id, one.scope, one.active, sorted(one.customer_ids or ()))
        for one in grants_of(user_id)
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def name_of(user_id: int) -> str:
    """Return what a person is called; raise NotFound for who is nobody here."""
    person = session().get(User, user_id)
    if person is None:
        raise NotFound("There is no such person here.")
    return f"{person.first_name} {person.last_name}".strip() or person.email_address


def _may_give(role_id: int, wanted: Customers, giver: Access) -> RoleView:
    role = role_here(role_id)
    if role.key in NOT_GIVEN_HERE:
        raise Forbidden("This role is given by Carillon, for the whole group.")
    if not giver.covers(role.policies, wanted):
        raise Forbidden(
            f"You can give or take only what you may do yourself: “{role.name}” is more than that."
        )
    return role


def _check_places(wanted: Customers) -> None:
    if wanted is not None and not wanted:
        raise Rejected("Choose at least one, or the whole company.", field="customers")
    if wanted is not None and not set(wanted) <= {one.id for one in customers_here()}:
        raise NotFound("There is no such place here.")


def _with_hidden(wanted: Customers, before: Customers) -> Customers:
    """Keep what no form shows now: a customer that is turned off comes back to whom it was handed."""
    if wanted is None or before is None:
        return wanted
    return tuple(sorted({*wanted, *(set(before) - {one.id for one in customers_here()})}))


def _check_opened(user_id: int, opened: str | None) -> None:
    if opened is not None and opened != standing(user_id):
        raise Overtaken(CHANGED)


def _grant(user_id: int, grant_id: int) -> Grant:
    found = [one for one in grants_of(user_id) if one.id == grant_id]
    if not found:
        raise NotFound("There is no such role of this person here.")
    return found[0]


def _limit(grant: Grant) -> Customers:
    return None if grant.scope == "company" else tuple(sorted(grant.customer_ids or ()))


def _scope(wanted: Customers) -> str:
    return "company" if wanted is None else "customers"


def _where(wanted: Customers) -> str:
    if wanted is None:
        return "the whole company"
    return ", ".join(one.name for one in customers_here() if one.id in wanted)
