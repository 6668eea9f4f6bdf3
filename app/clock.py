"""The one place that knows what time it is; tests freeze it here."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current moment as an aware datetime in UTC."""
    return datetime.now(UTC)
