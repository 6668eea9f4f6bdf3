"""The roles a company has: those that ship, and those it made of its own; making, changing, removing them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update

from app.domain.access.administrators import one_at_a_time
from app.domain.access.grants import Access
from app.domain.access.policies import OF_THE_PLATFORM, POLICIES, ROLES, offered
from app.domain.audit import events
from app.errors import Conflict, Forbidden, NotFound, Rejected
from app.models import Grant, Policy, Role, RolePolicy
from app.unit_of_work import company_id, session

Pair = tuple[str, str]
Pairs = frozenset[Pair]
NAME_LENGTH: Final = 60
# A group's role is given on the platform only.
NOT_GIVEN_HERE: Final = OF_THE_PLATFORM | {"group_administrator"}
SHIPPED: Final = {role.key: position for position, role in enumerate(ROLES)}
WORDS: Final = {(one.module, one.function): one.name for one in POLICIES}


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role as it stands; `holders` counts the people of this company who have it."""

    id: int
    key: str
    name: str
    description: str
    own: bool
    revision: int
    updated_at: datetime
    policies: Pairs
    holders: int


@dataclass(frozen=True, slots=True)
class RoleText:
    """What a role is to be: its words, and what it may do."""

    name: str
    description: str
    policies: Pairs


class Overtaken(Conflict):
    """Somebody else saved this meanwhile; what was typed is shown beside what stands now."""


def roles_here() -> list[RoleView]:
    """Return the roles that people of this company can have, shipped ones first, the widest first."""
    query = select(Role).where(Role.key.not_in(OF_THE_PLATFORM))
    found = [_view(row, Grant.company_id == company_id()) for row in session().scalars(query)]
    return sorted(found, key=lambda one: (one.own, SHIPPED.get(one.key, len(SHIPPED)), one.name.lower()))


def shipped_roles() -> list[RoleView]:
    """Return the roles that ship, with how many people have each at all companies; for the platform."""
    found = [
        _view(row, Grant.active.is_(True))
        for row in session().scalars(select(Role).where(Role.company_id.is_(None)))
    ]
    return sorted(found, key=lambda one: SHIPPED.get(one.key, len(SHIPPED)))


def given_here() -> list[RoleView]:
    """Return the roles that can be given at this company."""
    return [one for one in roles_here() if one.key not in NOT_GIVEN_HERE]


def role_here(role_id: int) -> RoleView:
    """Return one of these roles; raise NotFound, as for any that another company made."""
    row = session().scalar(select(Role).where(Role.id == role_id, Role.key.not_in(OF_THE_PLATFORM)))
    if row is None:
        raise NotFound("There is no such role.")
    return _view(row, Grant.company_id == company_id())


def own_role(role_id: int) -> RoleView:
    """Return a role that this company made; raise NotFound, or Forbidden for one that ships."""
    role = role_here(role_id)
    if not role.own:
        raise Forbidden("Roles that ship with Carillon stay as they are. Copy it, and change the copy.")
    return role


def make_role(wanted: RoleText, *, giver: Access) -> int:
    """Make a role of this company's own and return its id; raise Rejected or Forbidden."""
    with one_at_a_time():
        _check(wanted, None)
        _may_touch(wanted.policies, giver)
        row = Role(
            company_id=company_id(), key=f"own-{uuid4().hex[:16]}", name=wanted.name.strip(),
            description=wanted.description.strip(),
        )  # fmt: skip
        session().add(row)
        session().flush()
        _put(row.id, wanted.policies)
        events.record("role.made", "roles", row.id, role=row.name)
    return row.id


def change_role(role_id: int, wanted: RoleText, *, opened: int, giver: Access) -> None:
    """Change a role of this company's own; raise Overtaken where it is not as it was when it was opened."""
    with one_at_a_time():
        before = own_role(role_id)
        if before.revision != opened:
            raise Overtaken("Somebody else changed this role while you did.")
        _check(wanted, role_id)
        _may_touch(before.policies ^ wanted.policies, giver)
        values = {"name": wanted.name.strip(), "description": wanted.description.strip()}
        session().execute(
            update(Role)
            .where(Role.id == role_id)
            .values(revision=opened + 1, updated_at=func.now(), **values)
        )
        _put(role_id, wanted.policies - before.policies)
        _take(role_id, before.policies - wanted.policies)
        events.record(
            "role.changed", "roles", role_id, role=wanted.name.strip(),
            gained=_listed(wanted.policies - before.policies),
            lost=_listed(before.policies - wanted.policies),
        )  # fmt: skip


def remove_role(role_id: int, *, giver: Access) -> None:
    """Remove a role of this company's own that nobody has; raise Conflict where somebody has it."""
    with one_at_a_time():
        role = own_role(role_id)
        _may_touch(role.policies, giver)
        if role.holders:
            held = "1 person has" if role.holders == 1 else f"{role.holders} people have"
            raise Conflict(f"{held} this role. Give them another one first.")
        session().execute(delete(Role).where(Role.id == role_id))
        events.record("role.removed", "roles", role_id, role=role.name)


def _check(wanted: RoleText, role_id: int | None) -> None:
    name = wanted.name.strip()
    if not 0 < len(name) <= NAME_LENGTH:
        raise Rejected(f"Give the role a name of at most {NAME_LENGTH} characters.", field="name")
    if not wanted.policies:
        raise Rejected("Tick at least one thing that this role may do.", field="policies")
    taken = select(Role.id).where(func.lower(Role.name) == name.lower(), Role.id != (role_id or 0))
    if session().scalar(taken) is not None:
        raise Rejected(f"There is a role “{name}” already. Choose another name.", field="name")


def _may_touch(policies: Collection[Pair], giver: Access) -> None:
    """Refuse what no company's role can hold, and what the person who asks may not do everywhere here."""
    if not set(policies) <= offered():
        raise Rejected("A company's own role cannot hold this.", field="policies")
    if not giver.covers(policies, None):
        lacking = _listed({pair for pair in policies if giver.customers(*pair) is not None})
        raise Forbidden(f"You can give or take only what you may do yourself, and that is not: {lacking}.")


def _put(role_id: int, policies: Collection[Pair]) -> None:
    if policies:
        wanted = select(Policy.id).where(tuple_(Policy.module, Policy.function).in_(sorted(policies)))
        session().execute(
            insert(RolePolicy), [{"role_id": role_id, "policy_id": one} for one in session().scalars(wanted)]
        )


def _take(role_id: int, policies: Collection[Pair]) -> None:
    if policies:
        gone = select(Policy.id).where(tuple_(Policy.module, Policy.function).in_(sorted(policies)))
        session().execute(
            delete(RolePolicy).where(RolePolicy.role_id == role_id, RolePolicy.policy_id.in_(gone))
        )


def _view(row: Role, counted: ColumnElement[bool]) -> RoleView:
    held = (
        select(Policy.module, Policy.function)
        .join(RolePolicy, RolePolicy.policy_id == Policy.id)
        .where(RolePolicy.role_id == row.id)
    )
    holders = select(func.count(Grant.user_id.distinct())).where(Grant.role_id == row.id, counted)
    return RoleView(
        row.id, row.key, row.name, row.description, row.company_id is not None, row.revision, row.updated_at,
        frozenset((one.module, one.function) for one in session().execute(held)),
        session().scalar(holders) or 0,
    )  # fmt: skip


def _listed(policies: Collection[Pair]) -> str:
    return ", ".join(sorted(WORDS.get(pair, "/".join(pair)) for pair in policies)) or "nothing"
