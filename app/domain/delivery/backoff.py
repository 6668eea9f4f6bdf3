"""How long to wait before the next try, and how many there are (RULES §3)."""

import random
from datetime import timedelta
from typing import Final

from app import clock

MOST_TRIES: Final = 8
MOST_SOFT_TRIES: Final = 3
SOFT_WAITS: Final = (300, 1_800, 7_200)


def retry_at(attempts: int) -> str | None:
    """Return when to try again what was never processed, or None after eight tries.

    Full jitter: anywhere between now and half a second doubled with every try, a minute at most.
    """
    if attempts >= MOST_TRIES:
        return None
    return _in(random.uniform(0, min(60.0, 0.5 * 2**attempts)))  # noqa: S311  (spreads load, guards nothing)


def soft_retry_at(attempts: int) -> str | None:
    """Return when a new attempt may succeed, or None after three: 5 minutes, half an hour, two hours."""
    if attempts > MOST_SOFT_TRIES:
        return None
    wait = SOFT_WAITS[attempts - 1]
    return _in(random.uniform(wait * 0.8, wait * 1.2))  # noqa: S311  (as above)


def _in(seconds: float) -> str:
    return (clock.now() + timedelta(seconds=seconds)).isoformat()
