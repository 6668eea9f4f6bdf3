"""Inviting a person: they are there without a password, and a link of two days lets them choose one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from app import clock
from app.domain.audit import events
from app.domain.identity import accounts
from app.domain.identity.account_links import LinkKind, make_link
from app.domain.identity.account_mails import write_mail
from app.errors import Rejected
from app.models import AccountLink
from app.unit_of_work import session

LONGEST_NAME = 80


def invite(email_address: str, first_name: str, last_name: str, by: int) -> int:
    """Make the person if there is none of this address yet, write to them, and return their number.

    In any transaction; the caller gives them their role. Who has a password already is told of the access and
    keeps it; who was invited before gets a new link, and the old one is dead. Raises Rejected.
    """
    address = valid_address(email_address)
    known = accounts.by_address(address)
    if known is None:
        first, last = first_name.strip()[:LONGEST_NAME], last_name.strip()[:LONGEST_NAME]
        user_id: int = session().scalars(select(func.invite_person(address, first, last))).one()
        _send(user_id, address, by)
        return user_id
    if not known.may_sign_in:
        raise Rejected("This account is turned off. Ask support to turn it on.", field="email_address")
    if known.has_password:
        write_mail("access_given", address, known.id, by=_name_of(by))
    else:
        _send(known.id, address, by)
    return known.id


def invite_again(user_id: int, by: int) -> None:
    """Send a new link to who has not chosen a password yet; raise Rejected where they have."""
    account = accounts.by_id(user_id)
    if account is None or account.has_password or not account.may_sign_in:
        raise Rejected("This person needs no invitation.")
    _send(user_id, account.email_address, by)


def open_invitations(user_ids: Sequence[int]) -> Mapping[int, datetime]:
    """Return until when the invitations of these people hold, for those who have one that is not used."""
    query = select(AccountLink.user_id, AccountLink.expires_at).where(
        AccountLink.kind == LinkKind.INVITATION,
        AccountLink.user_id.in_(user_ids),
        AccountLink.used_at.is_(None),
        AccountLink.expires_at > clock.now(),
    )
    return {row.user_id: row.expires_at for row in session().execute(query)}


def valid_address(typed: str) -> str:
    """Return an address as it is stored; raise Rejected for what is none."""
    try:
        found = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as problem:
        raise Rejected(f"This is not an e-mail address. {problem}", field="email_address") from problem
    return found.normalized.lower()


def _send(user_id: int, address: str, by: int) -> None:
    token = make_link(user_id, LinkKind.INVITATION, by=by)
    write_mail("invitation", address, user_id, token=token, by=_name_of(by))
    events.record("invited", "users", user_id, email=address)


def _name_of(user_id: int) -> str:
    account = accounts.by_id(user_id)
    return f"{account.first_name} {account.last_name}".strip() if account else "An administrator"
