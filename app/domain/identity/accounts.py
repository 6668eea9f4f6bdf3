"""Finding a person of any company by address or number: to write to them, never to show them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.unit_of_work import session


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in, or was invited to."""

    id: int
    email_address: str
    first_name: str
    last_name: str
    may_sign_in: bool
    has_password: bool


def by_address(email_address: str) -> Account | None:
    """Return the account of this address, in whatever case it was typed."""
    return _account(func.account_lookup(email_address.strip(), None))


def by_id(user_id: int) -> Account | None:
    """Return the account of this number."""
    return _account(func.account_lookup("", user_id))


def _account(found: Any) -> Account | None:
    row = session().execute(select("*").select_from(found)).one()
    if row.user_id is None:
        return None
    return Account(
        row.user_id, row.email_address, row.first_name, row.last_name, row.may_sign_in, row.has_password
    )
