"""How often one person may ask: one table, counted in Redis for each person and company.

Sign-in has its own counters in PostgreSQL and fails closed. These fail open: where Redis is away, nobody is
kept from working. To limit a route, add its endpoint here.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from flask import Flask, g, request
from flask_limiter import RateLimitExceeded
from flask_login import current_user

from app import clock, queue
from app.blueprints.doors import GUARD, network
from app.extensions import limiter

LIMITS: Final = {
    "api.customers_index": "120 per minute",
    "api.me_show": "120 per minute",
    "api.messages_show": "600 per minute",
    "account.searches_index": "60 per minute",
    "home.searches_index": "60 per minute",
    "ingest.uploads_create": "30 per hour",
    "ingest.problem_rows_show": "10 per hour",
    "messages.index": "120 per minute",
    "reports.create": "60 per minute",
    "sign_in.create_reset": "20 per hour",
}
WINDOWS: Final = {"second": "a second", "minute": "a minute", "hour": "an hour", "day": "a day"}


def attend(app: Flask) -> None:
    """Put each limit of the table before its view; a name that is no endpoint stops the start."""
    app.config |= {
        "RATELIMIT_STORAGE_URI": "redis://",  # only its kind is read: the connections are the queue's own
        "RATELIMIT_STORAGE_OPTIONS": {"connection_pool": queue.redis().connection_pool},
    }
    limiter.init_app(app)
    for endpoint, rule in LIMITS.items():
        view: Callable[..., Any] = app.view_functions[endpoint]
        # At an open door nobody asks who it is: a report that a browser sends by itself extends no session.
        who = network if getattr(view, GUARD).why_public else _who
        if endpoint.startswith("api."):
            who = _key
        app.view_functions[endpoint] = limiter.limit(rule, key_func=who)(view)


def sentence(problem: RateLimitExceeded) -> str:
    """Say which limit was passed."""
    limit = problem.limit.limit
    count, window = limit.amount, WINDOWS.get(limit.GRANULARITY.name, limit.GRANULARITY.name)
    return f"This may be asked for {count} times in {window}, and that is used up."


def seconds_to_wait() -> int:
    """Return how many seconds from now the limit that was passed begins anew; at least one."""
    passed = limiter.current_limit
    return max(1, passed.reset_at - int(clock.now().timestamp())) if passed else 60


def _key() -> str:
    """Count a key by all that was sent of it: a stranger who knows its id uses nothing of it up."""
    sent = request.headers.get("Authorization", "")
    return f"key:{sha256(sent.encode()).hexdigest()}" if sent else f"network:{network()}"


def _who() -> str:
    """Count a person for each company apart, and strangers by where they come from."""
    if current_user.is_authenticated:
        return f"user:{current_user.id}:{g.get('alias') or ''}"
    return f"network:{network()}"
