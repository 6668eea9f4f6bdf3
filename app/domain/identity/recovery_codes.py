"""Recovery codes: ten for when the phone is lost, each 120 random bits, used once, stored as keyed hashes."""

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import delete, func, select

from app.domain.audit import events
from app.domain.identity import notices
from app.models import RecoveryCode
from app.unit_of_work import session

HOW_MANY: Final = 10
# Without letters that are easily taken for a digit, or for one another (Crockford's base 32).
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS: Final = str.maketrans({"o": "0", "i": "1", "l": "1"})
_GROUPS, _LENGTH = 4, 6


def make_codes(user_id: int, *, pepper: str) -> list[str]:
    """Make a new set and return it, to be shown once; the old set is worth nothing from now on."""
    codes = [_new_code() for _ in range(HOW_MANY)]
    session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    session().add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code, pepper)) for code in codes)
    session().flush()
    events.record("recovery_codes_made", "users", user_id)
    notices.tell(user_id, "recovery_codes_made")
    return codes


def use_code(user_id: int, typed: str, *, pepper: str) -> bool:
    """Use a code up and tell the person by mail; say whether it was one of theirs, and unused."""
    if not session().scalar(select(func.use_recovery_code(user_id, _hash(typed, pepper)))):
        return False
    left = codes_left(user_id)
    events.record("recovery_code_used", "users", user_id, left=left)
    notices.tell(user_id, "recovery_code_used", left=left)
    return True


def codes_left(user_id: int) -> int:
    """Return how many codes are unused."""
    unused = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session().scalar(unused) or 0


def _new_code() -> str:
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def _hash(code: str, pepper: str) -> str:
    plain = "".join(one for one in code.lower() if one.isascii() and one.isalnum()).translate(_READ_AS)
    return hmac.new(pepper.encode(), f"recovery code {plain}".encode(), hashlib.sha256).hexdigest()
