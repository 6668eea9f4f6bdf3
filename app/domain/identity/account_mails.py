"""The portal's own mails to those who sign in: written in the transaction, sent by a job after it.

What a mail says may hold the token of a link, so it lies here sealed, and is erased once the mail is sent.
"""

import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import func, insert, select, update

from app import clock
from app.domain.identity import accounts, secrets
from app.domain.identity.account_wordings import wording_of, written
from app.models import AccountMail
from app.providers.contract import HandedOver, Outcome, OutgoingEmail
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import PLATFORM, session

AT_ONCE: Final = 50
LEASE: Final = timedelta(minutes=2)
MOST_ATTEMPTS: Final = 8
# A mail whose fate is unknown is sent again: a second notice harms nobody, and one that is missing can.
AGAIN: Final = (Outcome.RETRY, Outcome.SOFT, Outcome.AMBIGUOUS, Outcome.STOP_COMPANY)
FROM_NAME = "Carillon"


@dataclass(slots=True)
class _Sealing:
    keys: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """A mail that this process sends now."""

    id: int
    token: str
    kind: str
    to_address: str
    first_name: str
    attempts: int
    written_at: datetime
    params: dict[str, Any]


_sealing = _Sealing()


def bind_keys(keys: Sequence[str]) -> None:
    """Name the keys that mails are sealed with."""
    _sealing.keys = keys


def write_mail(kind: str, to_address: str, user_id: int | None, **params: object) -> None:
    """Write one mail in the open transaction, to go out after its commit.

    `kind` and its keys are declared in account_wordings.py; others raise ValueError.
    """
    expected = wording_of(kind).keys
    if set(params) != expected:
        raise ValueError(f"A mail “{kind}” takes {sorted(expected)}, not {sorted(params)}.")
    put_in(kind, to_address, user_id, params)


def put_in(kind: str, to_address: str, user_id: int | None, params: dict[str, object]) -> None:
    """Put a mail, or what will become one, in and ring for it."""
    token = random.token_hex(16)
    text = orjson.dumps(params, default=str).decode()
    session().execute(
        insert(AccountMail).values(
            token=token,
            kind=kind,
            to_address=to_address,
            user_id=user_id,
            sealed=secrets.seal(text, place=_place(token), keys=_sealing.keys),
            available_at=clock.now(),
        )
    )
    enqueue_after_commit(JobName.SEND_ACCOUNT_MAILS, PLATFORM)


def any_waiting() -> bool:
    """Say whether a mail waits whose time has come; the transaction must look across companies."""
    return session().scalar(select(AccountMail.id).where(*_due()).limit(1)) is not None


def claim_mails() -> list[Claimed]:
    """Take mails whose time has come, for as long as a lease; of two workers each gets others."""
    now = clock.now()
    chosen = (
        select(AccountMail.id)
        .where(*_due())
        .order_by(AccountMail.available_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    rows = session().scalars(
        update(AccountMail)
        .where(AccountMail.id.in_(chosen.scalar_subquery()))
        .values(
            state="claimed",
            attempts=AccountMail.attempts + 1,
            available_at=now + LEASE,
            updated_at=func.now(),
        )
        .returning(AccountMail)
    )
    return [_claimed(row) for row in rows]


def outgoing(mail: Claimed, *, home: str, from_address: str) -> OutgoingEmail:
    """Return the mail in a provider's words; the token of its attempt is its own, the same each time."""
    when = f"{mail.written_at:%B} {mail.written_at.day}, {mail.written_at:%Y at %H:%M} UTC"
    subject, text = written(mail.kind, mail.params, first_name=mail.first_name, home=home, when=when)
    return OutgoingEmail(
        attempt_token=mail.token,
        to=mail.to_address,
        from_address=from_address,
        from_name=FROM_NAME,
        reply_to=None,
        subject=subject,
        text=text,
        html=None,
    )


def record_answers(mails: Sequence[Claimed], answers: Sequence[HandedOver]) -> None:
    """Write down what became of each: sent and erased, to be tried again later, or given up."""
    for mail, answer in zip(mails, answers, strict=True):
        if answer.outcome is Outcome.ACCEPTED:
            close(mail, "sent")
        elif answer.outcome in AGAIN and mail.attempts < MOST_ATTEMPTS:
            _put_off(mail, answer)
        else:
            close(mail, "failed", problem=answer.description or answer.code or "")


def close(mail: Claimed, state: str, *, problem: str = "") -> None:
    """End a mail's way and erase what it said."""
    session().execute(
        update(AccountMail)
        .where(AccountMail.id == mail.id)
        .values(state=state, sealed=None, problem=problem[:300], updated_at=func.now())
    )


def _put_off(mail: Claimed, answer: HandedOver) -> None:
    session().execute(
        update(AccountMail)
        .where(AccountMail.id == mail.id)
        .values(
            state="waiting",
            available_at=clock.now() + timedelta(seconds=2**mail.attempts),
            problem=(answer.description or answer.code or "")[:300],
            updated_at=func.now(),
        )
    )


def _due() -> tuple[Any, ...]:
    return AccountMail.state.in_(("waiting", "claimed")), AccountMail.available_at <= clock.now()


def _claimed(row: AccountMail) -> Claimed:
    account = accounts.by_id(row.user_id) if row.user_id else None
    text = secrets.unseal(row.sealed or "", place=_place(row.token), keys=_sealing.keys)
    return Claimed(
        row.id,
        row.token,
        row.kind,
        row.to_address,
        account.first_name if account else "",
        row.attempts,
        row.created_at,
        orjson.loads(text),
    )


def _place(token: str) -> str:
    return f"account_mails:{token}"
