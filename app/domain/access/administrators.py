"""A company is never left without somebody who can look after its people, not even by two at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select

from app.domain.access.policies import ADMINISTRATOR
from app.errors import Conflict
from app.models import Grant, Role, User, UserPassword
from app.unit_of_work import company_id, session

LAST = "This is the last administrator who can sign in. Make somebody else an administrator first."


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one change of who may what go on at this company, and keep one administrator of it.

    Raises Conflict where nobody would be left who holds that role for the whole company and can sign in.
    """
    lock = func.hashtextextended(f"access of company {company_id()}", 0)
    session().execute(select(func.pg_advisory_xact_lock(lock)))
    before = administrators()
    yield
    session().flush()
    if before and not administrators():
        raise Conflict(LAST)


@dataclass(frozen=True, slots=True)
class Leader:
    """Somebody who looks after the whole company; `invited` says that they have no password yet."""

    user_id: int
    name: str
    email_address: str
    invited: bool
    active: bool


def leaders_here() -> list[Leader]:
    """Return who looks after the whole open company, by name, also those who cannot sign in now."""
    known = select(UserPassword.id).where(UserPassword.user_id == User.id).exists()
    query = (
        select(User, known.label("known"), Grant.active)
        .join(Grant, Grant.user_id == User.id)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.company_id == company_id(), Grant.scope == "company", Role.key == ADMINISTRATOR)
        .order_by(User.first_name, User.last_name, User.id)
    )
    return [
        Leader(
            row.User.id, f"{row.User.first_name} {row.User.last_name}".strip() or row.User.email_address,
            row.User.email_address, not row.known, row.active and row.User.active and not row.User.locked,
        )
        for row in session().execute(query)
    ]  # fmt: skip


def administrators() -> int:
    """Return how many people look after the whole company and can sign in."""
    query = (
        select(func.count(User.id.distinct()))
        .join(Grant, Grant.user_id == User.id)
        .join(Role, Role.id == Grant.role_id)
        .where(
            Grant.company_id == company_id(), Grant.scope == "company", Grant.active,
            Role.key == ADMINISTRATOR, User.active, ~User.locked,
            select(UserPassword.id).where(UserPassword.user_id == User.id).exists(),
        )
    )  # fmt: skip
    return session().scalar(query) or 0
