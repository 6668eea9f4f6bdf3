"""Who would lose or gain what if a role were changed: worked out from every role each person has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from app.domain.access.grants import Customers
from app.domain.access.roles import WORDS, Pair, Pairs
from app.domain.tenancy.companies import customers_here
from app.models import CompanyGroup, Grant, Policy, RolePolicy, User
from app.unit_of_work import company_id, customers, session


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that can be done, and the people for whom the change moves it; `left` says what remains."""

    pair: Pair
    words: str
    gains: bool
    people: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Held:
    role_id: int
    customers: Customers


def effects_of(role_id: int, wanted: Pairs, before: Pairs) -> list[Effect]:
    """Return what each holder of the role would gain or lose by `wanted`, as (name, what is left) pairs.

    Somebody who may do it by another role as well loses nothing, and is not named.
    """
    people = _holders(role_id)
    held = _held_by(people)
    others = _policies_of({one.role_id for grants in held.values() for one in grants} - {role_id})
    names = {customer.id: customer.name for customer in customers_here()}
    effects = []
    for pair in sorted(before ^ wanted, key=lambda one: (one in wanted, WORDS.get(one, ""))):
        gains = pair in wanted
        moved = [
            (people[user_id], _left(without, names))
            for user_id, grants in held.items()
            for with_it, without in [_with_and_without(role_id, pair, grants, others)]
            if with_it != without
        ]
        effects.append(Effect(pair, WORDS.get(pair, "/".join(pair)), gains, sorted(moved)))
    return effects


def _with_and_without(
    role_id: int, pair: Pair, grants: Sequence[_Held], others: dict[int, Pairs]
) -> tuple[Customers, Customers]:
    by_others = [one.customers for one in grants if pair in others.get(one.role_id, frozenset())]
    by_this = [one.customers for one in grants if one.role_id == role_id]
    return _joined([*by_others, *by_this]), _joined(by_others)


def _joined(parts: Iterable[Customers]) -> Customers:
    reached: set[int] = set()
    for part in parts:
        if part is None:
            return None
        reached.update(part)
    return tuple(sorted(reached))


def _left(without: Customers, names: dict[int, str]) -> str:
    return ", ".join(sorted(names[one] for one in without or () if one in names))


def _holders(role_id: int) -> dict[int, str]:
    query = (
        select(User)
        .join(Grant, Grant.user_id == User.id)
        .where(Grant.role_id == role_id, Grant.company_id == company_id(), Grant.active)
    )
    mine = customers()
    if mine is not None:
        query = query.where(Grant.customer_ids.op("&&")(list(mine)))
    return {
        one.id: f"{one.first_name} {one.last_name}".strip() or one.email_address
        for one in session().scalars(query)
    }


def _held_by(user_ids: Iterable[int]) -> dict[int, list[_Held]]:
    groups = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id())
    here = or_(Grant.company_id == company_id(), and_(Grant.scope == "group", Grant.group_id.in_(groups)))
    held: dict[int, list[_Held]] = {user_id: [] for user_id in user_ids}
    for one in session().scalars(select(Grant).where(Grant.user_id.in_(held), Grant.active, here)):
        limited = tuple(one.customer_ids or ()) if one.scope == "customers" else None
        held[one.user_id].append(_Held(one.role_id, limited))
    return held


def _policies_of(role_ids: Iterable[int]) -> dict[int, Pairs]:
    query = (
        select(RolePolicy.role_id, Policy.module, Policy.function)
        .join(Policy, Policy.id == RolePolicy.policy_id)
        .where(RolePolicy.role_id.in_(list(role_ids)))
    )
    found: dict[int, set[Pair]] = {}
    for row in session().execute(query):
        found.setdefault(row.role_id, set()).add((row.module, row.function))
    return {role_id: frozenset(pairs) for role_id, pairs in found.items()}
