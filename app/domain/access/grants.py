"""Grants: who has which role where; and the gate that answers what a person may do at a company."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select

from app import clock
from app.domain.access.counting import ACTIVE_CUSTOMERS, COUNTS
from app.domain.access.policies import VISIT_CHANGES, VISIT_READS
from app.errors import NotFound
from app.models import Company, CompanyGroup, Grant, Policy, Role, RolePolicy, SupportVisit
from app.unit_of_work import session

Customers = tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A visit of one of our own people that holds now: to this company, out of this session, until then."""

    id: int
    company_id: int
    company_name: str
    alias: str
    reason: str
    ticket: str
    ends_at: datetime
    raised: bool

    @property
    def visitor(self) -> str:
        """What the company's trail calls who visits."""
        return visitor_called(self.ticket)

    @property
    def minutes_left(self) -> int:
        """Minutes until it ends, the one that has begun counted in."""
        return max(0, int((self.ends_at - clock.now()).total_seconds() + 59) // 60)

    def allows(self, module: str, function: str) -> bool:
        """Say whether our own people may do this at the company while the visit lasts."""
        return (module, function) in VISIT_READS or self.changes(module, function)

    def changes(self, module: str, function: str) -> bool:
        """Say whether the visit was raised so that this may be done."""
        return self.raised and (module, function) in VISIT_CHANGES


@dataclass(frozen=True, slots=True)
class Access:
    """What one person may do at one company: each policy with the customers it holds for, None for all.

    With a `visit` they have no role at the company, and look in by one on the platform.
    """

    policies: Mapping[tuple[str, str], Customers] = field(default_factory=dict)
    visit: OpenVisit | None = None

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
        return Access(left, self.visit)

    def covers(self, policies: Iterable[tuple[str, str]], customers: Customers) -> bool:
        """Say whether all these policies hold here for at least these customers: who gives, has it."""
        return all(_reaches(self.customers(*pair), customers) for pair in policies)

    def only(self, policies: Collection[tuple[str, str]]) -> "Access":
        """Return what is left of this when no more than these policies count."""
        left = {pair: held for pair, held in self.policies.items() if pair in policies}
        return Access(left, self.visit)


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


def access_at(user_id: int, company_id: int, session_id: int | None = None) -> Access:
    """Return what this person may do at this company, read afresh: a grant taken away counts at once."""
    return access_of(user_id, company_id, session_id)[1]


def access_of(user_id: int, company_id: int | None, session_id: int | None = None) -> tuple[Access, Access]:
    """Return what this person may do beside any company, and at this one: both asked for at once.

    A role on the platform opens no company by itself: it counts where this session visits the company, and
    the visit is handed back with the first answer. Nothing is kept between two requests. Without a company
    the second answer allows nothing.
    """
    groups = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id)
    here = or_(
        Grant.scope == "platform",
        Grant.company_id == company_id,
        and_(Grant.scope == "group", Grant.group_id.in_(groups)),
    )
    query = _policies_of(user_id).where(here if company_id is not None else Grant.scope == "platform")
    rows = session().execute(_with_visit(query, session_id)).all()
    platform = [row for row in rows if row.scope == "platform"]
    visit = _visit_in(platform[0]) if platform else None
    beside = Access(_gather([row for row in platform if not _of_visits(row)]), visit)
    own = _gather([row for row in rows if row.scope != "platform"])
    if own or visit is None or visit.company_id != company_id:
        return beside, Access(own)
    return beside, Access(_gather([row for row in platform if visit.allows(row.module, row.function)]), visit)


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
    own = select(Grant.company_id).where(Grant.user_id == user_id, Grant.company_id.is_not(None), COUNTS)
    by_group = (
        select(CompanyGroup.company_id)
        .join(Grant, Grant.group_id == CompanyGroup.group_id)
        .where(Grant.user_id == user_id, Grant.scope == "group", COUNTS)
    )
    query = select(Company).where(Company.active, or_(Company.id.in_(own), Company.id.in_(by_group)))
    return list(session().scalars(query.order_by(Company.name)))


def visitor_called(ticket: str) -> str:
    """Return what a company's trail calls one of our own people who visits it."""
    return f"Support (ticket {ticket})" if ticket else "Support"


_Found = Row[*tuple[Any, ...]]


def _policies_of(user_id: int) -> Select[str, str, str, list[int] | None]:
    return (
        select(Policy.module, Policy.function, Grant.scope, ACTIVE_CUSTOMERS.label("customer_ids"))
        .join(RolePolicy, RolePolicy.policy_id == Policy.id)
        .join(Grant, Grant.role_id == RolePolicy.role_id)
        .where(Grant.user_id == user_id, COUNTS)
    )


def _with_visit(query: Select[*tuple[Any, ...]], session_id: int | None) -> Select[*tuple[Any, ...]]:
    """Find in the same query the visit that this session has open."""
    opened = and_(
        Grant.scope == "platform",
        SupportVisit.user_id == Grant.user_id,
        SupportVisit.session_id == session_id,
        SupportVisit.ended_at.is_(None),
        SupportVisit.ends_at > clock.now(),
    )
    return (
        query.outerjoin(SupportVisit, opened)
        .outerjoin(Company, Company.id == SupportVisit.company_id)
        .add_columns(
            SupportVisit.id.label("visit_id"), SupportVisit.company_id.label("visited"),
            Company.name.label("company_name"), Company.alias, SupportVisit.reason, SupportVisit.ticket,
            SupportVisit.ends_at, SupportVisit.raised_at,
        )
    )  # fmt: skip


def _visit_in(row: _Found) -> OpenVisit | None:
    if row.visit_id is None:
        return None
    return OpenVisit(
        row.visit_id, row.visited, row.company_name, row.alias, row.reason, row.ticket, row.ends_at,
        row.raised_at is not None,
    )  # fmt: skip


def _of_visits(row: _Found) -> bool:
    return (row.module, row.function) in VISIT_READS | VISIT_CHANGES


def _reaches(own: Customers, wanted: Customers) -> bool:
    if own is None or wanted is None:
        return own is None
    return bool(own) and set(wanted) <= set(own)


def _gather(rows: Sequence[_Found]) -> dict[tuple[str, str], Customers]:
    """Join several grants: the wider one wins, customers add up."""
    policies: dict[tuple[str, str], Customers] = {}
    for row in rows:
        pair = (row.module, row.function)
        if row.scope != "customers":
            policies[pair] = None
        elif policies.get(pair, ()) is not None:
            policies[pair] = tuple(sorted({*(policies.get(pair) or ()), *(row.customer_ids or ())}))
    return policies
