"""Who works at the open company: their roles in words, what each role may do, and one person's own page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from app.domain.access import giving
from app.domain.access.policies import OF_THE_PLATFORM, ROLES
from app.errors import NotFound
from app.keyset import Keyset, Page
from app.models import (
    CompanyGroup,
    Customer,
    Grant,
    Policy,
    Role,
    RolePolicy,
    User,
    UserFactor,
    UserPassword,
    UserSession,
)
from app.unit_of_work import company_id, customers, session

PAGE: Final = 50
NAME: Final = func.lower(func.concat(User.first_name, " ", User.last_name))


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role of one person; `customers` are the names it is limited to, empty for the whole company."""

    name: str
    customers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Colleague:
    """One person with a role here; `last_sign_in` is None for who never signed in."""

    id: int
    name: str
    email_address: str
    active: bool
    roles: Sequence[RoleHeld]
    last_sign_in: datetime | None
    has_factor: bool
    off: bool = False
    invited: bool = False


@dataclass(frozen=True, slots=True)
class GrantHeld:
    """A grant at the open company as its form shows it; customers None for the whole company."""

    id: int
    role_id: int
    role: str
    customers: tuple[int, ...] | None
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class PersonHere:
    """One person of the open company with their grants there, and the mark that their forms carry."""

    id: int
    name: str
    email_address: str
    active: bool
    off: bool
    invited: bool
    last_sign_in: datetime | None
    has_factor: bool
    grants: Sequence[GrantHeld]
    opened: str


@dataclass(frozen=True, slots=True)
class RoleWords:
    """A role as a person reads it: what it is for, and what it may do, in sentences."""

    key: str
    name: str
    description: str
    may: Sequence[str]


def people_page(*, search: str = "", before: str = "", after: str = "") -> Page[Colleague]:
    """Return a page of those with a role at the open company, by name; found by name or address.

    Who may see only some customers sees those whose role is limited to one of these. `before` is the cursor
    of the page that follows.
    """
    held = select(Grant.user_id).where(Grant.company_id == company_id())
    mine = customers()
    if mine is not None:
        held = held.where(Grant.customer_ids.op("&&")(list(mine)))
    query: Any = select(User, NAME.label("sorted_by")).where(User.id.in_(held))
    if search:
        whole = func.concat(User.first_name, " ", User.last_name)
        query = query.where(
            whole.icontains(search, autoescape=True) | User.email_address.icontains(search, autoescape=True)
        )
    page = KEYSET.page(query, PAGE, before=before, after=after)
    return Page(_colleagues(page.lines), page.newer, page.older)


def _colleagues(users: Sequence[User]) -> list[Colleague]:
    query = (
        select(Grant, Role.name.label("role"))
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.company_id == company_id(), Grant.user_id.in_([one.id for one in users]))
        .order_by(Role.name, Grant.id)
    )
    rows = [row for row in session().execute(query) if _is_shown(row.Grant)]
    held: dict[int, list[RoleHeld]] = {}
    names = _customer_names()
    for row in rows:
        limited = sorted(names[one] for one in row.Grant.customer_ids or () if one in names)
        held.setdefault(row.Grant.user_id, []).append(RoleHeld(row.role, limited))
    signed_in, enrolled = _last_sign_ins(held), _enrolled(held)
    working, known = {row.Grant.user_id for row in rows if row.Grant.active}, _with_password(held)
    return [
        replace(
            _colleague(one, held.get(one.id, ()), signed_in.get(one.id), one.id in enrolled),
            off=one.id not in working,
            invited=one.id not in known,
        )
        for one in users
    ]


def person_here(user_id: int) -> PersonHere:
    """Return one of these people; raise NotFound for who has no role here that may be seen."""
    grants, user = giving.grants_of(user_id), session().get(User, user_id)
    if not grants or user is None:
        raise NotFound("There is no such person here.")
    roles = {one.id: one.name for one in session().scalars(select(Role))}
    names = _customer_names()
    held = [_held(one, roles[one.role_id], names) for one in grants]
    signed_in, enrolled = _last_sign_ins([user_id]), _enrolled([user_id])
    return PersonHere(
        user.id, giving.name_of(user_id), user.email_address, user.active and not user.locked,
        not any(one.active for one in grants), not _with_password([user_id]), signed_in.get(user_id),
        bool(enrolled), held, giving.standing(user_id),
    )  # fmt: skip


def people_of_the_group() -> int:
    """Return how many people have a role in the company's group, and so in the company."""
    groups = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id())
    query = select(func.count(Grant.user_id.distinct())).where(
        Grant.scope == "group", Grant.group_id.in_(groups)
    )
    return session().scalar(query) or 0


def roles_in_words() -> list[RoleWords]:
    """Return the roles that a company's people can have, as they stand in the tables, the widest first."""
    query = (
        select(Role, Policy.name.label("may"))
        .outerjoin(RolePolicy, RolePolicy.role_id == Role.id)
        .outerjoin(Policy, Policy.id == RolePolicy.policy_id)
        .where(Role.key.not_in(OF_THE_PLATFORM))
        .order_by(Policy.module, Policy.function)
    )
    found: dict[str, tuple[Role, list[str]]] = {}
    for row in session().execute(query):
        found.setdefault(row.Role.key, (row.Role, []))[1].extend([row.may] if row.may else [])
    shipped = [declared.key for declared in ROLES]
    ordered = sorted(found, key=lambda key: (shipped.index(key) if key in shipped else len(shipped), key))
    return [RoleWords(key, found[key][0].name, found[key][0].description, found[key][1]) for key in ordered]


def _held(grant: Grant, role: str, names: Mapping[int, str]) -> GrantHeld:
    limit = None if grant.scope == "company" else tuple(grant.customer_ids or ())
    shown = sorted(names[one] for one in limit or () if one in names)
    return GrantHeld(grant.id, grant.role_id, role, limit, shown)


def _with_password(user_ids: Iterable[int]) -> set[int]:
    query = select(UserPassword.user_id).where(UserPassword.user_id.in_(list(user_ids)))
    return set(session().scalars(query))


def _customer_names() -> dict[int, str]:
    """Return the names of all customers, closed ones too: whose only school is closed works for no other."""
    query = select(Customer.id, Customer.name).where(Customer.company_id == company_id())
    return {row.id: row.name for row in session().execute(query)}


def _is_shown(grant: Any) -> bool:
    mine = customers()
    return mine is None or bool(set(mine) & set(grant.customer_ids or ()))


def _last_sign_ins(user_ids: Iterable[int]) -> dict[int, datetime]:
    query = (
        select(UserSession.user_id, func.max(UserSession.created_at).label("at"))
        .where(UserSession.user_id.in_(list(user_ids)), UserSession.kind == "signed_in")
        .group_by(UserSession.user_id)
    )
    return {row.user_id: row.at for row in session().execute(query)}


def _enrolled(user_ids: Iterable[int]) -> set[int]:
    query = select(UserFactor.user_id).where(
        UserFactor.user_id.in_(list(user_ids)), UserFactor.confirmed_at.is_not(None)
    )
    return set(session().scalars(query))


def _colleague(
    user: User, roles: Sequence[RoleHeld], last_sign_in: datetime | None, has_factor: bool
) -> Colleague:
    name = f"{user.first_name} {user.last_name}".strip()
    return Colleague(
        user.id, name, user.email_address, user.active and not user.locked, roles, last_sign_in, has_factor
    )


def _cursor(text: str) -> tuple[str, int]:
    number, _, name = text.partition("_")
    return name, int(number)


def _user(row: Any) -> User:
    found: User = row.User
    return found


KEYSET: Final = Keyset(
    (NAME, User.id), lambda row: f"{row.User.id}_{row.sorted_by}", _cursor, _user, ascending=True
)
