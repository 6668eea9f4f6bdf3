"""The second factor: time-based codes (RFC 6238), each accepted once.

The accepted step is stored, never the typed string: pyotp normalises full-width digits, so a guard on the
string would let the same code in twice. One step either way is accepted, as NIST's drift wording allows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.domain.audit import events
from app.domain.identity import notices, secrets
from app.domain.identity.held_factors import has_factor, refuse_last
from app.errors import Rejected
from app.models import Passkey, RecoveryCode, UserFactor
from app.unit_of_work import session

STEP = 30
ISSUER = "Carillon"
SEED_LIFE: Final = timedelta(minutes=10)
APP: Final = "authenticator app"
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


def begin_enrolment(
    user_id: int, email_address: str, *, keys: Sequence[str], replacing: bool = False
) -> Enrolment:
    """Return the pending seed, a new one where there is none or it is ten minutes old.

    Raises Rejected for a person who has a second factor, unless they proved it and are `replacing` theirs.
    """
    _refuse_second(user_id, replacing)
    factor = _factor_of(user_id, keys, pending=True)
    secret = factor.secret if factor else _new_seed(user_id, keys)
    uri = pyotp.TOTP(secret).provisioning_uri(name=email_address, issuer_name=ISSUER)
    return Enrolment(secret, uri)


def confirm_enrolment(user_id: int, code: str, *, keys: Sequence[str], replacing: bool = False) -> bool:
    """Take the pending app into use, in place of another where there is one; say whether the code fitted."""
    _refuse_second(user_id, replacing)
    if not accept_code(user_id, code, keys=keys, pending=True):
        return False
    opened: Session = session()
    opened.execute(delete(UserFactor).where(UserFactor.user_id == user_id, UserFactor.kind == "totp"))
    opened.execute(
        update(UserFactor)
        .where(UserFactor.user_id == user_id, UserFactor.kind == "totp_new")
        .values(kind="totp", confirmed_at=clock.now(), expires_at=None, updated_at=func.now())
    )
    events.record("factor_enrolled", "users", user_id)
    if replacing:
        notices.tell(user_id, "factor_added", factor=APP)
    return True


def remove_app(user_id: int) -> None:
    """Take the authenticator app away; raise Conflict where it is the person's last second factor."""
    refuse_last(user_id)
    session().execute(delete(UserFactor).where(UserFactor.user_id == user_id, UserFactor.kind == "totp"))
    events.record("factor_removed", "users", user_id, factor=APP)
    notices.tell(user_id, "factor_removed", factor=APP)


def remove_all_of(user_id: int) -> None:
    """Take every second factor and recovery code away, so that the next signing in sets up a new one.

    For a factor that was lost; who may ask for it, and the wait before, are the caller's.
    """
    for model in (UserFactor, Passkey, RecoveryCode):
        session().execute(delete(model).where(model.user_id == user_id))


def accept_code(user_id: int, code: str, *, keys: Sequence[str], pending: bool = False) -> bool:
    """Say whether the code is right and was not used before; a code once accepted is used up.

    The claim is one conditional UPDATE: of two requests with the same code, only one changes a row.
    """
    factor = _factor_of(user_id, keys, pending=pending)
    typed = code.replace(" ", "")
    if factor is None or not _SIX_DIGITS.fullmatch(typed):
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


def acceptable_code(user_id: int, *, keys: Sequence[str], pending: bool = False) -> str | None:
    """Return a code that would be accepted now: the next step's where this one's was used. Demo only."""
    factor = _factor_of(user_id, keys, pending=pending)
    if factor is None:
        return None
    current = int(clock.now().timestamp()) // STEP
    step = next((one for one in (current, current + 1) if one > factor.step), None)
    return None if step is None else pyotp.TOTP(factor.secret).generate_otp(step)


def enrol_at_once(user_id: int, *, keys: Sequence[str]) -> None:
    """Give a person of the demo cast a confirmed factor, through the same rows a browser makes."""
    _new_seed(user_id, keys)
    session().execute(
        update(UserFactor)
        .where(UserFactor.user_id == user_id)
        .values(kind="totp", confirmed_at=clock.now(), expires_at=None)
    )


def _refuse_second(user_id: int, replacing: bool) -> None:
    if has_factor(user_id) and not replacing:
        raise Rejected("A second factor is already set up for this account.")


def _matching_step(secret: str, code: str, at: datetime) -> int | None:
    current = int(at.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None


def _new_seed(user_id: int, keys: Sequence[str]) -> str:
    secret = pyotp.random_base32()
    session().execute(delete(UserFactor).where(UserFactor.user_id == user_id, UserFactor.kind == "totp_new"))
    session().add(
        UserFactor(
            user_id=user_id,
            kind="totp_new",
            secret=secrets.seal(secret, place=_place(user_id), keys=keys),
            expires_at=clock.now() + SEED_LIFE,
        )
    )
    session().flush()
    return secret


def _factor_of(user_id: int, keys: Sequence[str], *, pending: bool) -> _Factor | None:
    opened: Session = session()
    row = opened.execute(select("*").select_from(func.sign_in_factor(user_id, pending))).one()
    if row.factor_id is None or (row.expires_at and row.expires_at <= clock.now()):
        return None
    seed = secrets.unseal(row.secret, place=_place(user_id), keys=keys)
    return _Factor(row.factor_id, seed, row.totp_step)


def _place(user_id: int) -> str:
    return f"user_factors:{user_id}:secret"
