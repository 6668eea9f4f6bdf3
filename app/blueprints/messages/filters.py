"""The filters of the message log, as they stand in the address of its pages and of its news."""

from typing import Any, Final

from flask import request, url_for

from app.domain.delivery.message_log import LogFilters
from app.models.statuses import RANK

CHANNELS: Final = ("sms", "phone", "email")
NAMES: Final = ("search", "status", "channel", "broadcast", "before", "after")


def filters_asked() -> LogFilters:
    """Read the filters of this request; what is none is passed over."""
    status, channel = request.args.get("status", ""), request.args.get("channel", "")
    return LogFilters(
        status=status if status in RANK else "",
        channel=channel if channel in CHANNELS else "",
        broadcast_id=request.args.get("broadcast", type=int),
        search=request.args.get("search", "")[:100],
    )


def address(**changes: str | int | None) -> str:
    """Return the log's address with this request's filters, some of them changed or, with None, left out."""
    return url_for("messages.index", **_query(changes))


def news_address(newest: int, watched: list[int]) -> str:
    """Return where the page asks what came after `newest` and how those `watched` stand."""
    query = _query({"before": None, "after": None})
    return url_for("messages.since", newest=newest, watch=watched, **query)


def _query(changes: dict[str, Any]) -> dict[str, Any]:
    query: dict[str, Any] = {name: request.args.get(name) for name in NAMES} | changes
    return {name: value for name, value in query.items() if value not in (None, "")}
