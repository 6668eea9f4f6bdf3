"""What a person may do at the open company, for which of its customers, and which role it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, and_, or_, select

from app.domain.access.grants import Access, access_at
from app.domain.access.policies import matrix
from app.domain.tenancy.companies import customers_here
from app.models import CompanyGroup, Grant, Group, Policy, Role, RolePolicy
from app.unit_of_work import company_id, customers, session


@dataclass(frozen=True, slots=True)
class Reason:
    """A role that something comes from, and for what it was given; off means it does not count now."""

    role_id: int
    role: str
    where: str
    off: bool


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that can be done: whether they may, for whom, and by which roles."""

    words: str
    may: bool
    where: str
    reasons: Sequence[Reason]


def rights_of(user_id: int) -> list[tuple[str, list[Right]]]:
    """Return everything that can be done at a company, by task, with the reasons why this person may."""
    names = {customer.id: customer.name for customer in customers_here()}
    access, reasons = access_at(user_id, company_id()).within(names), _reasons(user_id, names)
    tasks: dict[str, list[Right]] = {}
    for task, declared in matrix():
        for one in declared:
            pair = (one.module, one.function)
            right = Right(one.name, access.may(*pair), _words(access, pair, names), reasons.get(pair, []))
            tasks.setdefault(task, []).append(right)
    return list(tasks.items())


def _words(access: Access, pair: tuple[str, str], names: dict[int, str]) -> str:
    held = access.customers(*pair)
    if held is None:
        return "the whole company"
    return ", ".join(sorted(names[one] for one in held if one in names))


def _reasons(user_id: int, names: dict[int, str]) -> dict[tuple[str, str], list[Reason]]:
    groups = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id())
    query = (
        select(Policy.module, Policy.function, Role.id, Role.name, Grant, Group.name.label("group"))
        .join(RolePolicy, RolePolicy.policy_id == Policy.id)
        .join(Role, Role.id == RolePolicy.role_id)
        .join(Grant, Grant.role_id == Role.id)
        .outerjoin(Group, Group.id == Grant.group_id)
        .where(
            Grant.user_id == user_id,
            or_(
                Grant.scope == "platform",
                Grant.company_id == company_id(),
                and_(Grant.scope == "group", Grant.group_id.in_(groups)),
            ),
        )
        .order_by(Role.name, Grant.id)
    )
    found: dict[tuple[str, str], list[Reason]] = {}
    for row in session().execute(query):
        if _is_shown(row.Grant):
            reason = Reason(row.id, row.name, _where(row, names), not row.Grant.active)
            found.setdefault((row.module, row.function), []).append(reason)
    return found


def _is_shown(grant: Grant) -> bool:
    mine = customers()
    return mine is None or bool(set(mine) & set(grant.customer_ids or ()))


def _where(row: Row[str, str, int, str, Grant, str], names: dict[int, str]) -> str:
    grant = row.Grant
    if grant.scope == "platform":
        return "on the platform"
    if grant.scope == "group":
        return f"for the group {row.group}"
    if grant.scope == "company":
        return "for the whole company"
    return "for " + ", ".join(sorted(names[one] for one in grant.customer_ids or () if one in names))
