"""Who of a master company's staff acts for its group: a grant in the group, and so in every company of it."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select

from app.domain.access.grants import grant_role
from app.models import CompanyGroup, Grant, User
from app.unit_of_work import company_id, session

ROLE: Final = "group_administrator"


@dataclass(frozen=True, slots=True)
class GroupPerson:
    """Somebody with a role at the master company."""

    id: int
    name: str
    email_address: str
    acts: bool


def staff_of_master(group_id: int) -> list[GroupPerson]:
    """Return everybody with a role at the open company, the group's master, by name."""
    here = select(Grant.user_id).where(Grant.company_id == company_id(), Grant.scope == "company")
    acting = set(session().scalars(select(Grant.user_id).where(Grant.group_id == group_id)))
    people = session().scalars(
        select(User).where(User.id.in_(here)).order_by(User.first_name, User.last_name, User.id)
    )
    return [
        GroupPerson(
            one.id,
            f"{one.first_name} {one.last_name}".strip() or one.email_address,
            one.email_address,
            one.id in acting,
        )
        for one in people
    ]


def let_act(group_id: int, user_id: int, acts: bool) -> None:
    """Let a person act for all companies of the group, or no longer; asking twice changes nothing."""
    held = select(Grant.id).where(Grant.group_id == group_id, Grant.user_id == user_id)
    if not acts:
        session().execute(delete(Grant).where(Grant.group_id == group_id, Grant.user_id == user_id))
    elif session().scalar(held.limit(1)) is None:
        grant_role(user_id, ROLE, group_id=group_id)


def let_go_who_left(user_id: int) -> None:
    """Take a person's grants in groups whose master they left; in a transaction of the platform.

    They count no more as it is; but who comes back another day is not to act for the group by it.
    """
    theirs = select(Grant.company_id).where(Grant.user_id == user_id, Grant.scope == "company")
    left = select(CompanyGroup.group_id).where(CompanyGroup.master, CompanyGroup.company_id.not_in(theirs))
    session().execute(delete(Grant).where(Grant.user_id == user_id, Grant.group_id.in_(left)))
