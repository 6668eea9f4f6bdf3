"""Grants: who has which role where; and the gate that answers what a person may do at a company."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Row, Select, and_, func, or_, select

from app.errors import NotFound
from app.models import Company, CompanyGroup, Grant, Policy, Role, RolePolicy
from app.unit_of_work import session

Customers = tuple[int, ...] | None
# A customer that is turned off is not there for those it was handed to, and comes back as it was.
ACTIVE_CUSTOMERS = func.active_customers(Grant.company_id, Grant.customer_ids)
OF_ACTIVE_CUSTOMERS = or_(Grant.scope != "customers", func.cardinality(ACTIVE_CUSTOMERS) > 0)


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do at one company: each policy with the customers it holds for, None for all.

    `visiting` says that they have no role at the company, and look in by one on the platform.
    """

    policies: Mapping[tuple[str, str], Customers] = field(default_factory=dict)
    visiting: bool = False

    def may(self, module: str, function: str) -> bool:
        return (module, function) in self.policies

    def customers(self, module: str, function: str) -> Customers:
        """Return the customers this policy holds for; an empty tuple where it is not granted."""
        return self.policies.get((module, function), ())

    @property
    def limited_to(self) -> tuple[int, ...]:
        """Return every customer that any of this is limited to."""
        return tuple(sorted({one for held in self.policies.values() for one in held or ()}))

    def within(self, open_customers: Collection[int]) -> "Access":
        """Return what is left where only these customers count; what holds for all stays."""
        left: dict[tuple[str, str], Customers] = {}
        for pair, held in self.policies.items():
            still = None if held is None else tuple(one for one in held if one in open_customers)
            if still is None or still:
                left[pair] = still
        return Access(left, visiting=self.visiting)

    def covers(self, policies: Iterable[tuple[str, str]], customers: Customers) -> bool:
        """Say whether all these policies hold here for at least these customers: who gives, has it."""
        return all(_reaches(self.customers(*pair), customers) for pair in policies)

    def only(self, policies: Collection[tuple[str, str]]) -> "Access":
        """Return what is left of this when no more than these policies count."""
        left = {pair: held for pair, held in self.policies.items() if pair in policies}
        return Access(left, visiting=self.visiting)


def grant_role(
    user_id: int,
    role_key: str,
    *,
    company_id: int | None = None,
    customer_ids: Sequence[int] = (),
    group_id: int | None = None,
) -> Grant:
    """Give a person a role that ships: on the platform, in a group, at a company, or for some customers."""
    role = session().scalar(select(Role).where(Role.key == role_key, Role.company_id.is_(None)))
    if role is None:
        raise NotFound(f"There is no role “{role_key}”.")
    scope = "platform"
    if group_id is not None:
        scope = "group"
    elif company_id is not None:
        scope = "customers" if customer_ids else "company"
    grant = Grant(
        user_id=user_id,
        role_id=role.id,
        scope=scope,
        group_id=group_id,
        company_id=company_id,
        customer_ids=list(customer_ids) or None,
    )
    session().add(grant)
    session().flush()
    return grant


def access_at(user_id: int, company_id: int) -> Access:
    """Return what this person may do at this company, read afresh: a grant taken away counts at once."""
    return access_of(user_id, company_id)[1]


def access_of(user_id: int, company_id: int | None) -> tuple[Access, Access]:
    """Return what this person may do beside any company, and at this one: both asked for at once.

    Nothing is kept between two requests. Without a company the second answer allows nothing.
    """
    groups = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id)
    here = or_(
        Grant.scope == "platform",
        Grant.company_id == company_id,
        and_(Grant.scope == "group", Grant.group_id.in_(groups)),
    )
    query = _policies_of(user_id).where(here if company_id is not None else Grant.scope == "platform")
    rows = session().execute(query).all()
    beside = _gather([row for row in rows if row.scope == "platform"])
    return beside, _gather(rows) if company_id is not None else Access()


def policies_of_role(role_id: int) -> frozenset[tuple[str, str]]:
    """Return what a role may do, in a transaction of the platform too."""
    query = (
        select(Policy.module, Policy.function)
        .join(RolePolicy, RolePolicy.policy_id == Policy.id)
        .where(RolePolicy.role_id == role_id)
    )
    return frozenset((row.module, row.function) for row in session().execute(query))


def companies_of(user_id: int) -> list[Company]:
    """Return the active companies at which this person has a role of their own, by name."""
    own = select(Grant.company_id).where(
        Grant.user_id == user_id, Grant.active, Grant.company_id.is_not(None), OF_ACTIVE_CUSTOMERS
    )
    by_group = (
        select(CompanyGroup.company_id)
        .join(Grant, Grant.group_id == CompanyGroup.group_id)
        .where(Grant.user_id == user_id, Grant.active, Grant.scope == "group")
    )
    query = select(Company).where(Company.active, or_(Company.id.in_(own), Company.id.in_(by_group)))
    return list(session().scalars(query.order_by(Company.name)))


_Found = Row[str, str, str, list[int] | None]


def _policies_of(user_id: int) -> Select[str, str, str, list[int] | None]:
    return (
        select(Policy.module, Policy.function, Grant.scope, ACTIVE_CUSTOMERS.label("customer_ids"))
        .join(RolePolicy, RolePolicy.policy_id == Policy.id)
        .join(Grant, Grant.role_id == RolePolicy.role_id)
        .where(Grant.user_id == user_id, Grant.active, OF_ACTIVE_CUSTOMERS)
    )


def _reaches(own: Customers, wanted: Customers) -> bool:
    if own is None or wanted is None:
        return own is None
    return bool(own) and set(wanted) <= set(own)


def _gather(rows: Sequence[_Found]) -> Access:
    """Join several grants: the wider one wins, customers add up."""
    policies: dict[tuple[str, str], Customers] = {}
    for module, function, scope, customer_ids in rows:
        pair = (module, function)
        if scope != "customers":
            policies[pair] = None
        elif policies.get(pair, ()) is not None:
            policies[pair] = tuple(sorted({*(policies.get(pair) or ()), *(customer_ids or ())}))
    return Access(policies, visiting=all(scope == "platform" for _, _, scope, _ in rows))
