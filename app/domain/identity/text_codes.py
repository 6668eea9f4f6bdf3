"""Codes by text, where every company of a person allows them: to a proven number, each bound to its try.

A text can be read by whoever takes over a number, so this is off until a company asks for it, and never
for our own staff. The code lies sealed until its ten minutes are over.
"""

import hmac
import secrets as random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import phonenumbers
from sqlalchemy import delete, func, or_, select, update

from app import clock
from app.domain.audit import events
from app.domain.identity import notices, secrets
from app.domain.identity.held_factors import factors_of
from app.domain.identity.session_lives import is_our_staff
from app.errors import Forbidden, Rejected
from app.models import Company, CompanyGroup, Grant, TextCode, User, UserFactor
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import session

LIFE: Final = timedelta(minutes=10)
MOST: Final = 5
NOT_ALLOWED: Final = "Your company does not allow codes by text."
BODY: Final = "{code} is your code for Carillon. It holds for 10 minutes. We never ask you for it by phone."


@dataclass(frozen=True, slots=True)
class CodeToSend:
    """A code that this process sends now, with the number it goes to."""

    id: int
    to: str
    body: str


def are_allowed(user_id: int) -> bool:
    """Say whether every company the person works for allows codes by text, and they are none of our staff."""
    return _sender(user_id) is not None


def send_code(user_id: int, session_id: int, phone_number: str, *, keys: Sequence[str]) -> None:
    """Write a code for this try and ring for its sending; raise Rejected where five are still open."""
    company = _sender(user_id)
    if company is None:
        raise Forbidden(NOT_ALLOWED)
    now = clock.now()
    session().execute(delete(TextCode).where(TextCode.user_id == user_id, TextCode.expires_at <= now))
    session().execute(select(func.pg_advisory_xact_lock(7_241_851, user_id)))
    waiting = select(func.count(TextCode.id)).where(TextCode.user_id == user_id, TextCode.used_at.is_(None))
    if (session().scalar(waiting) or 0) >= MOST:
        raise Rejected("Five codes are on their way already. Wait ten minutes, then ask again.", field="code")
    row = TextCode(
        user_id=user_id,
        session_id=session_id,
        phone_number=phone_number,
        secret=secrets.seal(f"{random.randbelow(10**6):06}", place=_place(user_id, session_id), keys=keys),
        expires_at=now + LIFE,
    )
    session().add(row)
    session().flush()
    enqueue_after_commit(JobName.SEND_TEXT_CODE, company, row.id)


def claim_code(code_id: int, *, keys: Sequence[str]) -> CodeToSend | None:
    """Take a code that waits for being sent; None where another took it, or its time is over."""
    row = session().scalar(
        update(TextCode)
        .where(TextCode.id == code_id, TextCode.state == "waiting", TextCode.expires_at > clock.now())
        .values(state="claimed", updated_at=func.now())
        .returning(TextCode)
    )
    if row is None:
        return None
    code = secrets.unseal(row.secret, place=_place(row.user_id, row.session_id), keys=keys)
    return CodeToSend(row.id, row.phone_number, BODY.format(code=code))


def note_sent(code_id: int, *, sent: bool) -> None:
    """Write down what became of a code: it is never sent twice, since one can ask for another."""
    state = "sent" if sent else "failed"
    session().execute(update(TextCode).where(TextCode.id == code_id).values(state=state))


def accept_code(user_id: int, session_id: int, typed: str, *, keys: Sequence[str]) -> str | None:
    """Return the number that the code was sent to, and use the code up; None where it is none of this try."""
    digits = typed.replace(" ", "")
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    rows = session().scalars(
        select(TextCode)
        .where(
            TextCode.user_id == user_id,
            TextCode.session_id == session_id,
            TextCode.used_at.is_(None),
            TextCode.expires_at > clock.now(),
        )
        .with_for_update()
    )
    place = _place(user_id, session_id)
    for row in rows:
        if hmac.compare_digest(secrets.unseal(row.secret, place=place, keys=keys), digits):
            row.used_at = clock.now()
            session().flush()
            return row.phone_number
    return None


def is_factor_code(user_id: int, session_id: int, typed: str, *, keys: Sequence[str]) -> bool:
    """Say whether it is a code to the person's proven number, where such codes are allowed now."""
    proven = factors_of(user_id).text_to
    if not proven or not are_allowed(user_id):
        return False
    return accept_code(user_id, session_id, typed, keys=keys) == proven


def plain_number(typed: str) -> str:
    """Return the number as E.164; raise Rejected for what is no number of a mobile phone."""
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException as problem:
        raise Rejected("Type a phone number, such as (212) 555-0123.", field="phone_number") from problem
    if not phonenumbers.is_possible_number(number):
        raise Rejected("That is no phone number. Type it with its area code.", field="phone_number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def take_number(user_id: int, phone_number: str) -> None:
    """Make a number that was proven the person's own, and a second factor."""
    session().execute(update(User).where(User.id == user_id).values(phone_number=phone_number))
    session().execute(delete(UserFactor).where(UserFactor.user_id == user_id, UserFactor.kind == "text"))
    session().add(
        UserFactor(
            user_id=user_id, kind="text", secret="", phone_number=phone_number, confirmed_at=clock.now()
        )
    )
    session().flush()
    events.record("text_factor_added", "users", user_id, number=phone_number[-4:])
    notices.tell(user_id, "factor_added", factor=f"codes by text to the number ending in {phone_number[-4:]}")


def remove_number(user_id: int) -> None:
    """Stop codes by text."""
    session().execute(delete(UserFactor).where(UserFactor.user_id == user_id, UserFactor.kind == "text"))
    events.record("factor_removed", "users", user_id, factor="codes by text")
    notices.tell(user_id, "factor_removed", factor="codes by text")


def _sender(user_id: int) -> int | None:
    """Return the company whose number sends to the person; None where one of theirs does not allow it."""
    if is_our_staff(user_id):
        return None
    groups = select(Grant.group_id).where(Grant.user_id == user_id, Grant.scope == "group")
    query = (
        select(Company.id, Company.text_codes)
        .where(
            or_(
                Company.id.in_(select(Grant.company_id).where(Grant.user_id == user_id)),
                Company.id.in_(select(CompanyGroup.company_id).where(CompanyGroup.group_id.in_(groups))),
            )
        )
        .order_by(Company.id)
    )
    found = session().execute(query).all()
    return found[0].id if found and all(row.text_codes for row in found) else None


def _place(user_id: int, session_id: int) -> str:
    return f"user_text_codes:{user_id}:{session_id}"
