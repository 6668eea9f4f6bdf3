"""A new password by mail, for who forgot the old one: asked for by anybody, answered in the mailbox alone."""

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from app import clock
from app.domain.audit import events
from app.domain.identity import account_mails, accounts
from app.domain.identity.account_links import LinkKind, make_link
from app.domain.identity.account_mails import Claimed, write_mail
from app.errors import Rejected
from app.models import AccountLink
from app.unit_of_work import act_as, session

ASKED: Final = "reset_asked"
MOST_IN_AN_HOUR: Final = 3


def ask(email_address: str) -> None:
    """Note that a new password was asked for; whether there is such an account is looked up later.

    So the answer to known and unknown addresses is the same work, and takes the same time.
    """
    account_mails.put_in(ASKED, email_address.strip().lower()[:254], None, {})


def answer(asked: Claimed) -> None:
    """Send a link where somebody signs in with this address, not more often than three times an hour."""
    account = accounts.by_address(asked.to_address)
    if account is None or not account.may_sign_in or not account.has_password or _often(account.id):
        account_mails.close(asked, "dropped")
        return
    act_as(account.id)
    write_mail("reset", account.email_address, account.id, token=make_link(account.id, LinkKind.RESET))
    events.record("reset_asked", "users", account.id)
    account_mails.close(asked, "sent")


def send_reset(user_id: int, by: int) -> None:
    """Send a link on an administrator's word; they learn neither it nor the password. Raises Rejected."""
    account = accounts.by_id(user_id)
    if account is None or not account.may_sign_in or not account.has_password:
        raise Rejected("This person has no password to renew. Send an invitation instead.")
    if _often(user_id, made_by=True):
        raise Rejected("Three links in an hour are enough. The newest one holds for half an hour.")
    token = make_link(user_id, LinkKind.RESET, by=by)
    write_mail("reset", account.email_address, user_id, token=token)
    events.record("reset_sent", "users", user_id)


def _often(user_id: int, *, made_by: bool = False) -> bool:
    by = AccountLink.made_by
    lately = select(func.count()).where(
        AccountLink.user_id == user_id,
        AccountLink.kind == LinkKind.RESET,
        by.is_not(None) if made_by else by.is_(None),
        AccountLink.created_at > clock.now() - timedelta(hours=1),
    )
    return (session().scalar(lately) or 0) >= MOST_IN_AN_HOUR
