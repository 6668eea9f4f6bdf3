"""Changing the address one signs in with: only who reads the new mailbox can, and the old one is told."""

from sqlalchemy import update

from app.domain.audit import events
from app.domain.identity import account_links, accounts, sessions
from app.domain.identity.account_links import LinkKind
from app.domain.identity.account_mails import write_mail
from app.domain.identity.invitations import valid_address
from app.domain.identity.notices import tell
from app.errors import Conflict, Rejected
from app.models import User
from app.unit_of_work import session


def ask_change(user_id: int, new_address: str) -> None:
    """Send a link to the new address; raise Rejected for one that is none, or is one's own already.

    Nothing tells whether somebody else signs in with it: then no mail goes out.
    """
    address = valid_address(new_address)
    account = accounts.by_id(user_id)
    if account is None or account.email_address == address:
        raise Rejected("You sign in with this address already.", field="email_address")
    token = account_links.make_link(user_id, LinkKind.EMAIL_CHANGE, by=user_id, new_address=address)
    if accounts.by_address(address) is None:
        write_mail("email_change", address, user_id, token=token)


def change(token: str, user_id: int, *, keep: int) -> None:
    """Use the link up, change the address, end the other sessions and tell both mailboxes.

    Raises LinkDead, and Conflict where somebody else has the address by now.
    """
    link = account_links.take_link(token, LinkKind.EMAIL_CHANGE, of_user=user_id)
    account = accounts.by_id(user_id)
    if account is None or accounts.by_address(link.email_address) is not None:
        raise Conflict("This address can no longer be used. Choose another one.")
    session().execute(update(User).where(User.id == user_id).values(email_address=link.email_address))
    account_links.end_links(user_id, LinkKind.RESET)
    sessions.end_all_of(user_id, keep=keep)
    facts = {"old": account.email_address, "new": link.email_address}
    tell(user_id, "email_changed", also_to=account.email_address, **facts)
    events.record("email_changed", "users", user_id, **facts)
