"""The second factor: time-based codes (RFC 6238), each accepted once.

The accepted step is stored, never the typed string: pyotp normalises full-width digits, so a guard on the
string would let the same code in twice. One step either way is accepted, as NIST's drift wording allows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.domain.audit import events
from app.domain.identity import secrets
from app.errors import Rejected
from app.models import UserFactor
from app.unit_of_work import session

STEP = 30
ISSUER = "Carillon"
_SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: the seed in groups of four, and the URI a QR code holds."""

    secret: str
    uri: str

    @property
    def groups(self) -> str:
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


@dataclass(frozen=True, slots=True)
class _Factor:
    id: int
    secret: str
    step: int
    confirmed: bool


def has_factor(user_id: int) -> bool:
    """Say whether the person has a confirmed authenticator app."""
    query = select(UserFactor.id).where(UserFactor.user_id == user_id, UserFactor.confirmed_at.is_not(None))
    return session().scalar(query) is not None


def begin_enrolment(user_id: int, email_address: str, *, keys: Sequence[str]) -> Enrolment:
    """Return the pending seed of a person without a factor, making one where there is none yet."""
    factor = _factor_of(user_id, keys)
    if factor and factor.confirmed:
        raise Rejected("An authenticator app is already set up for this account.")
    secret = factor.secret if factor else _new_seed(user_id, keys)
    uri = pyotp.TOTP(secret).provisioning_uri(name=email_address, issuer_name=ISSUER)
    return Enrolment(secret, uri)


def confirm_enrolment(user_id: int, code: str, *, keys: Sequence[str]) -> bool:
    """Take the factor into use when the code fits; say whether it did."""
    if not accept_code(user_id, code, keys=keys, pending=True):
        return False
    session().execute(
        update(UserFactor)
        .where(UserFactor.user_id == user_id, UserFactor.confirmed_at.is_(None))
        .values(confirmed_at=clock.now(), updated_at=func.now())
    )
    events.record("factor_enrolled", "users", user_id)
    return True


def accept_code(user_id: int, code: str, *, keys: Sequence[str], pending: bool = False) -> bool:
    """Say whether the code is right and was not used before; a code once accepted is used up.

    The claim is one conditional UPDATE: of two requests with the same code, only one changes a row.
    """
    factor = _factor_of(user_id, keys)
    typed = code.replace(" ", "")
    if factor is None or factor.confirmed == pending or not _SIX_DIGITS.fullmatch(typed):
        return False
    step = _matching_step(factor.secret, typed, clock.now())
    if step is None:
        return False
    claimed = session().execute(
        update(UserFactor)
        .where(UserFactor.id == factor.id, UserFactor.totp_step < step)
        .values(totp_step=step, updated_at=func.now())
        .returning(UserFactor.id)
    )
    return claimed.first() is not None


def acceptable_code(user_id: int, *, keys: Sequence[str]) -> str | None:
    """Return a code that would be accepted now: the next step's where this one's was used. Demo only."""
    factor = _factor_of(user_id, keys)
    if factor is None:
        return None
    current = int(clock.now().timestamp()) // STEP
    step = next((one for one in (current, current + 1) if one > factor.step), None)
    return None if step is None else pyotp.TOTP(factor.secret).generate_otp(step)


def enrol_at_once(user_id: int, *, keys: Sequence[str]) -> None:
    """Give a person of the demo cast a confirmed factor, through the same rows a browser makes."""
    _new_seed(user_id, keys)
    session().execute(
        update(UserFactor).where(UserFactor.user_id == user_id).values(confirmed_at=clock.now())
    )


def _matching_step(secret: str, code: str, at: datetime) -> int | None:
    current = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None


def _new_seed(user_id: int, keys: Sequence[str]) -> str:
    secret = pyotp.random_base32()
    session().execute(
        delete(UserFactor).where(UserFactor.user_id == user_id, UserFactor.confirmed_at.is_(None))
    )
    session().add(
        UserFactor(
            user_id=user_id, kind="totp", secret=secrets.seal(secret, place=_place(user_id), keys=keys)
        )
    )
    session().flush()
    return secret


def _factor_of(user_id: int, keys: Sequence[str]) -> _Factor | None:
    opened: Session = session()
    row = opened.execute(select("*").select_from(func.sign_in_factor(user_id))).one()
    if row.factor_id is None:
        return None
    seed = secrets.unseal(row.secret, place=_place(user_id), keys=keys)
    return _Factor(row.factor_id, seed, row.totp_step, row.confirmed)


def _place(user_id: int) -> str:
    return f"user_factors:{user_id}:secret"
