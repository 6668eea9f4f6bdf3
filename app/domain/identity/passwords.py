"""Passwords: argon2id over a keyed hash, so that a stolen table alone cannot be tried.

Parameters after OWASP's Password Storage Cheat Sheet (m=19 MiB, t=2, p=1); the length rule after NIST
SP 800-63B-4, which asks for 8 with a second factor: ours is 12. Nothing is trimmed or case-folded.
"""

import hashlib
import hmac
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from app.errors import Rejected

SHORTEST = 12
LONGEST = 256
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(4)
_DUMMY = _hasher.hash("no account has this password")


def hash_password(password: str, *, pepper: str) -> str:
    """Return the hash to store; raise Rejected where the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Rejected(f"A password has {SHORTEST} to {LONGEST} characters.", field="password")
    with _at_once:
        return _hasher.hash(_keyed(password, pepper))


def password_fits(password: str, stored: str | None, *, pepper: str) -> bool:
    """Say whether the password fits; without a stored hash, take just as long and say no."""
    with _at_once:
        try:
            fits = _hasher.verify(stored or _DUMMY, _keyed(password[:LONGEST], pepper))
        except (Argon2Error, InvalidHashError):
            return False
    return fits and stored is not None


def _keyed(password: str, pepper: str) -> str:
    normal = unicodedata.normalize("NFKC", password).encode()
    return hmac.new(pepper.encode(), normal, hashlib.sha256).hexdigest()
