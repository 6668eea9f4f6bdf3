"""Secrets at rest: encrypted with FIELD_KEYS, and bound to the row they belong to.

Fernet has no associated data: a ciphertext copied into another row would decrypt there. So the place is
written inside the plaintext and checked on reading.
"""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.errors import Problem


class WrongKey(Problem):
    """A stored secret cannot be read with the configured FIELD_KEYS."""


def seal(secret: str, *, place: str, keys: Sequence[str]) -> str:
    """Encrypt `secret` for one place, such as `user_factors:7:secret`."""
    return _box(keys).encrypt(f"{place}|{secret}".encode()).decode()


def unseal(sealed: str, *, place: str, keys: Sequence[str]) -> str:
    """Decrypt what was sealed for that place; raise WrongKey for another key or another place."""
    try:
        opened = _box(keys).decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise WrongKey(
            "A stored secret cannot be read: FIELD_KEYS lacks the key it was made with."
        ) from problem
    found, _, secret = opened.partition("|")
    if found != place:
        raise WrongKey("A stored secret belongs to another row.")
    return secret


def _box(keys: Sequence[str]) -> MultiFernet:
    if not keys:
        raise WrongKey("FIELD_KEYS is not set.")
    return MultiFernet([Fernet(key.encode()) for key in keys])
