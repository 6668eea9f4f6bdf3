"""Everybody who signs in, for the platform: finding one, turning them off at every company, and on again.

All of it looks across companies, in a transaction that says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from app.domain.access.policies import ADMINISTRATOR
from app.domain.audit import events
from app.errors import Conflict, NotFound
from app.keyset import Keyset, Page
from app.models import Company, Grant, Group, Role, User, UserPassword
from app.unit_of_work import session

PAGE: Final = 50
NAME: Final = func.lower(func.concat(User.first_name, " ", User.last_name))


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list; `active` says that they may sign in."""

    id: int
    name: str
    email_address: str
    active: bool
    locked: bool


@dataclass(frozen=True, slots=True)
class RoleSomewhere:
    """A role of a person: at which company or group, or on the platform; off where it does not count."""

    role: str
    where: str
    off: bool


@dataclass(frozen=True, slots=True)
class PersonEverywhere:
    """One person with all they may do anywhere; `alone_at` are companies that have no other administrator."""

    line: PersonLine
    roles: Sequence[RoleSomewhere]
    alone_at: Sequence[str]


def everybody(*, search: str = "", off: bool = False, before: str = "", after: str = "") -> Page[PersonLine]:
    """Return a page of all people by name; `off` shows those turned off instead of the others."""
    query: Any = select(User, NAME.label("sorted_by")).where(User.active.is_(not off))
    if search:
        query = query.where(
            or_(
                NAME.contains(search.lower(), autoescape=True),
                User.email_address.icontains(search, autoescape=True),
            )
        )
    return KEYSET.page(query, PAGE, before=before, after=after)


def person_everywhere(user_id: int) -> PersonEverywhere:
    """Return one of them; raise NotFound."""
    query = (
        select(Grant, Role.name.label("role"), Company.name.label("company"), Group.name.label("group"))
        .join(Role, Role.id == Grant.role_id)
        .outerjoin(Company, Company.id == Grant.company_id)
        .outerjoin(Group, Group.id == Grant.group_id)
        .where(Grant.user_id == user_id)
        .order_by(Company.name, Group.name, Role.name)
    )
    roles = [
        RoleSomewhere(
            row.role,
            row.company or (row.group and f"the group {row.group}") or "the platform",
            not row.Grant.active,
        )
        for row in session().execute(query)
    ]
    return PersonEverywhere(_line_of(_user(user_id)), roles, _alone_at(user_id))


def turn_everywhere(user_id: int, *, on: bool, by: int, sessions_ended: int = 0) -> None:
    """Let a person sign in no more, or again with all they had; raise Conflict for oneself.

    Whoever turns somebody off ends their sessions in the same transaction, and says how many they were.
    """
    if user_id == by:
        raise Conflict("Nobody turns themselves off. Ask another platform administrator.")
    person = _user(user_id)
    session().execute(update(User).where(User.id == user_id).values(active=on, updated_at=func.now()))
    name = _line_of(person).name
    if on:
        events.record("person.let_in", "users", user_id, person=name)
    else:
        events.record("person.shut_out", "users", user_id, person=name, sessions=sessions_ended)


def _alone_at(user_id: int) -> list[str]:
    """Return the companies that nobody but this person looks after and can sign in to."""
    other, other_user, other_role = aliased(Grant), aliased(User), aliased(Role)
    others = (
        select(other.id)
        .join(other_user, other_user.id == other.user_id)
        .join(other_role, other_role.id == other.role_id)
        .where(
            other.company_id == Company.id, other.scope == "company", other.active,
            other_role.key == ADMINISTRATOR, other.user_id != user_id, other_user.active,
            ~other_user.locked, select(UserPassword.id).where(UserPassword.user_id == other_user.id).exists(),
        )
    )  # fmt: skip
    query = (
        select(Company.name)
        .join(Grant, Grant.company_id == Company.id)
        .join(Role, Role.id == Grant.role_id)
        .where(
            Company.active, Grant.user_id == user_id, Grant.scope == "company", Grant.active,
            Role.key == ADMINISTRATOR, ~others.exists(),
        )
        .order_by(Company.name)
    )  # fmt: skip
    return list(session().scalars(query))


def _user(user_id: int) -> User:
    found = session().get(User, user_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such person.")
    return found


def _line_of(one: User) -> PersonLine:
    name = f"{one.first_name} {one.last_name}".strip() or one.email_address
    return PersonLine(one.id, name, one.email_address, one.active, one.locked)


def _cursor(text: str) -> tuple[str, int]:
    number, _, name = text.partition("_")
    return name, int(number)


KEYSET: Final = Keyset(
    (NAME, User.id),
    lambda row: f"{row.User.id}_{row.sorted_by}",
    _cursor,
    lambda row: _line_of(row.User),
    ascending=True,
)
