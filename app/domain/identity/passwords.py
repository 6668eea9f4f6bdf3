"""Passwords: argon2id over a keyed hash, so that a stolen table alone cannot be tried.

Parameters after OWASP's Password Storage Cheat Sheet (m=19 MiB, t=2, p=1); the length rule after NIST
SP 800-63B-4, which asks for 8 with a second factor: ours is 12, and 15 for who works for the platform.
Nothing is trimmed, cut or case-folded.
"""

import hashlib
import hmac
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, func, select, update

from app.domain.audit import events
from app.domain.identity.blocklist import refuse_common
from app.errors import Rejected
from app.models import User, UserPassword
from app.unit_of_work import session

SHORTEST: Final = 12
SHORTEST_OF_PLATFORM: Final = 15
LONGEST: Final = 256
REMEMBERED: Final = 5
USED_BEFORE = f"This is one of your last {REMEMBERED} passwords. Choose one that is new."
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
_DUMMY = _hasher.hash("no account has this password")


def check_rules(password: str, *, words: Iterable[str], of_platform: bool = False) -> None:
    """Raise Rejected with the reason where the password breaks a rule; `words` as for the blocklist."""
    shortest = SHORTEST_OF_PLATFORM if of_platform else SHORTEST
    if not shortest <= len(password) <= LONGEST:
        raise Rejected(f"A password has {shortest} to {LONGEST} characters.", field="password")
    refuse_common(unicodedata.normalize("NFKC", password), words)


def last_hashes(user_id: int) -> Sequence[str]:
    """Return the hashes of the person's last passwords, newest first."""
    return session().scalars(select(func.password_history(user_id, REMEMBERED))).all()


def refuse_used(password: str, hashes: Iterable[str], *, pepper: str) -> None:
    """Raise Rejected where one of these hashes is the password's. Takes long: hold no connection."""
    if any(password_fits(password, stored, pepper=pepper) for stored in hashes):
        raise Rejected(USED_BEFORE, field="password")


def keep_password(user_id: int, password_hash: str) -> None:
    """Make this hash the person's password, and forget all but the last few."""
    session().add(UserPassword(user_id=user_id, password_hash=password_hash))
    session().flush()
    kept = (
        select(UserPassword.id)
        .where(UserPassword.user_id == user_id)
        .order_by(UserPassword.id.desc())
        .limit(REMEMBERED)
    )
    session().execute(
        delete(UserPassword)
        .where(UserPassword.user_id == user_id, UserPassword.id.not_in(kept))
        .execution_options(synchronize_session=False)
    )
    session().execute(update(User).where(User.id == user_id).values(login_attempts=0))
    events.record("password_changed", "users", user_id)


def renew_hash(user_id: int, password_hash: str) -> None:
    """Replace the hash of the person's password by another of the same password."""
    newest = select(func.max(UserPassword.id)).where(UserPassword.user_id == user_id).scalar_subquery()
    session().execute(
        update(UserPassword)
        .where(UserPassword.id == newest)
        .values(password_hash=password_hash, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )


def hash_password(password: str, *, pepper: str) -> str:
    """Return the hash to store; raise Rejected where the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Rejected(f"A password has {SHORTEST} to {LONGEST} characters.", field="password")
    with _at_once:
        return _hasher.hash(_keyed(password, pepper))


def password_fits(password: str, stored: str | None, *, pepper: str) -> bool:
    """Say whether the password fits; without a stored hash, take just as long and say no."""
    possible = stored if len(password) <= LONGEST else None
    with _at_once:
        try:
            fits = _hasher.verify(possible or _DUMMY, _keyed(password[:LONGEST], pepper))
        except (Argon2Error, InvalidHashError):
            return False
    return fits and possible is not None


def renewed(password: str, stored: str | None, *, pepper: str) -> str | None:
    """Return a new hash of a password that fits, where the stored one was made at another cost."""
    if stored is None or not _hasher.check_needs_rehash(stored):
        return None
    with _at_once:
        return _hasher.hash(_keyed(password, pepper))


def _keyed(password: str, pepper: str) -> str:
    normal = unicodedata.normalize("NFKC", password).encode()
    return hmac.new(pepper.encode(), normal, hashlib.sha256).hexdigest()
