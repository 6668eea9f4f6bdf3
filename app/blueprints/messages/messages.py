"""The list of messages and the page of one."""

from typing import Any

from flask import request, url_for

from app.blueprints.doors import company_transaction, requires
from app.blueprints.messages import blueprint
from app.blueprints.pages import render_page
from app.domain.delivery import message_log
from app.domain.delivery.message_log import LogFilters
from app.domain.delivery.message_story import message_detail
from app.domain.scheduling import overview
from app.models.statuses import RANK

CHANNELS = ("sms", "phone", "email")


@blueprint.get("/messages")
@requires("messages", "read")
def index() -> str:
    filters = _filters()
    with company_transaction():
        page = message_log.page(
            filters, before=request.args.get("before", ""), after=request.args.get("after", "")
        )
        broadcast = overview.sending_line(filters.broadcast_id) if filters.broadcast_id else None
    return render_page(
        "messages/index.html", page=page, filters=filters, broadcast=broadcast, address=_address
    )


@blueprint.get("/messages/<int:message_id>")
@requires("messages", "read")
def show(message_id: int) -> str:
    with company_transaction():
        detail = message_detail(message_id)
    return render_page("messages/show.html", detail=detail)


def _filters() -> LogFilters:
    status, channel = request.args.get("status", ""), request.args.get("channel", "")
    return LogFilters(
        status=status if status in RANK else "",
        channel=channel if channel in CHANNELS else "",
        broadcast_id=request.args.get("broadcast", type=int),
        search=request.args.get("search", "")[:100],
    )


def _address(**changes: str | int | None) -> str:
    """Return this page's address with some of its query changed or, with None, left out."""
    query: dict[str, Any] = {**request.args.to_dict(), **changes}
    return url_for(
        "messages.index", **{key: value for key, value in query.items() if value not in (None, "")}
    )
