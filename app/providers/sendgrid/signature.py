"""Proves that events come from SendGrid: ECDSA over the timestamp and the raw bytes of the body.

Ours and not the official helper, which takes text only, raises on a bad signature and fails on a body
that was read and written again (RULES W5).
"""

import base64
import re
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

TIMESTAMP = re.compile(r"[0-9]{10}")


def verify(body: bytes, timestamp: str | None, signature: str | None, public_key_b64: str) -> bool:
    """Tell whether SendGrid signed this body; the key is base64 DER, as in its settings. Never raises.

    How old the timestamp is does not matter here: retries last a day, and a replay is stopped by event ids.
    """
    if not timestamp or not signature or not TIMESTAMP.fullmatch(timestamp):
        return False
    try:
        decoded = base64.b64decode(signature, validate=True)
        read_key(public_key_b64).verify(decoded, timestamp.encode() + body, ec.ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


@lru_cache(maxsize=1024)
def read_key(public_key_b64: str) -> ec.EllipticCurvePublicKey:
    """Read a key once; every company has its own."""
    key = load_der_public_key(base64.b64decode("".join(public_key_b64.split()), validate=True))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("SendGrid's keys are elliptic")
    return key
