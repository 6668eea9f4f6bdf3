"""Whether something behind the pages does not answer: looked up every few seconds, said in one sentence."""

import time
from dataclasses import dataclass
from typing import Final

from redis.exceptions import RedisError

from app import queue

LOOK_EVERY: Final = 10.0  # seconds
LONG: Final = 120.0  # seconds that a job may wait for a worker before we say so
NO_QUEUE: Final = (
    "Imports and sendings wait: the queue does not answer. You can read and change everything, and what "
    "waits goes on by itself."
)
SLOW_QUEUE: Final = (
    "Imports and sendings take longer than usual. You can read and change everything, and nothing is lost."
)


@dataclass(slots=True)
class _Seen:
    at: float = -LOOK_EVERY
    sentence: str = ""


_seen = _Seen()


def degraded() -> str:
    """Return what works and what waits, in a sentence; nothing while all is well."""
    now = time.monotonic()
    if now - _seen.at >= LOOK_EVERY:
        # Noted first: while Redis lets one request wait for its time-out, the others use what was seen last.
        _seen.at = now
        _seen.sentence = _look()
        _seen.at = time.monotonic()
    return _seen.sentence


def look_again() -> None:
    """Forget what was seen, for tests and for those who have just mended it."""
    _seen.at = -LOOK_EVERY


def _look() -> str:
    try:
        return SLOW_QUEUE if queue.longest_wait() > LONG else ""
    except RedisError:
        return NO_QUEUE
