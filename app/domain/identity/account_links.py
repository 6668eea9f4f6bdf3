"""One-time links that go to people by e-mail: the token is in the mail alone, its hash in the database."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select, update

from app import clock
from app.domain.identity import accounts
from app.errors import Problem
from app.models import AccountLink
from app.unit_of_work import act_as, session


class LinkKind(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"
    EMAIL_CHANGE = "email_change"
    STOP_FACTOR_RESET = "stop_factor_reset"


LIVES: Final = {
    LinkKind.INVITATION: timedelta(hours=48),
    LinkKind.RESET: timedelta(minutes=30),
    LinkKind.EMAIL_CHANGE: timedelta(minutes=30),
    LinkKind.STOP_FACTOR_RESET: timedelta(hours=24),
}


class LinkDead(Problem):
    """A link that opens nothing; `code` says why: unknown, used or late."""

    status = 410


WHY_DEAD: Final = {
    "unknown": "This link is not complete. Open it from the e-mail again, or copy all of it.",
    "used": "This link was used already. If that was not you, ask for a new one now.",
    "late": "This link is too old, or a newer one took its place. Ask for a new one.",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that holds: whose it is, and the new address where it is about one."""

    id: int
    user_id: int
    email_address: str
    expires_at: datetime


def make_link(
    user_id: int,
    kind: LinkKind,
    life: timedelta | None = None,
    *,
    by: int | None = None,
    new_address: str = "",
) -> str:
    """Return the token of a new link, stored nowhere else; earlier links of its kind are dead from now on."""
    now = clock.now()
    token = secrets.token_urlsafe(32)
    end_links(user_id, kind)
    session().add(
        AccountLink(
            token_hash=_hash(token),
            user_id=user_id,
            kind=kind,
            email_address=new_address,
            expires_at=now + (life or LIVES[kind]),
            made_by=by,
        )
    )
    session().flush()
    return token


def look_at_link(token: str, kind: LinkKind, *, of_user: int | None = None) -> Link:
    """Return the link without using it up, for the page it opens; raise LinkDead.

    With `of_user` it opens for that person alone.
    """
    row = session().scalar(
        select(AccountLink).where(AccountLink.token_hash == _hash(token), AccountLink.kind == kind)
    )
    if row is None or of_user not in (None, row.user_id):
        raise _dead("unknown")
    if row.used_at is not None:
        raise _dead("used")
    account = accounts.by_id(row.user_id)
    if row.expires_at <= clock.now() or account is None or not account.may_sign_in:
        raise _dead("late")
    return Link(row.id, row.user_id, row.email_address, row.expires_at)


def take_link(token: str, kind: LinkKind, *, of_user: int | None = None) -> Link:
    """Use the link up and act as its person from here on; raise LinkDead.

    The claim is one conditional UPDATE: of two requests with the same link, one gets it.
    """
    link = look_at_link(token, kind, of_user=of_user)
    taken = session().execute(
        update(AccountLink)
        .where(AccountLink.id == link.id, AccountLink.used_at.is_(None))
        .values(used_at=clock.now(), updated_at=func.now())
        .returning(AccountLink.id)
    )
    if taken.first() is None:
        raise _dead("used")
    act_as(link.user_id)
    return link


def end_links(user_id: int, *kinds: LinkKind) -> None:
    """Let all open links of these kinds end now."""
    now = clock.now()
    session().execute(
        update(AccountLink)
        .where(
            AccountLink.user_id == user_id,
            AccountLink.kind.in_(kinds),
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > now,
        )
        .values(expires_at=now, updated_at=func.now())
    )


def _dead(why: str) -> LinkDead:
    return LinkDead(WHY_DEAD[why], code=why)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
