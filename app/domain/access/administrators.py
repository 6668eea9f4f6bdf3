"""A company is never left without somebody who can look after its people, not even by two at once."""

from collections.abc import Iterator
from contextlib import contextmanager

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
