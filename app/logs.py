"""Structured logs, one line a step, with request, company and job ids and no personal data."""

import logging
import sys

import structlog

_QUIET = ("werkzeug", "rq.worker", "alembic")


def set_up(*, level: int = logging.INFO) -> None:
    """Send structlog's and the libraries' warnings to standard error as JSON lines."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_names: structlog.PrintLogger(
            sys.stderr
        ),  # as it is now, not as it was at the start
        cache_logger_on_first_use=False,
    )
