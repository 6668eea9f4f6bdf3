"""The list of messages and the page of one."""

from flask import request

from app.blueprints.doors import company_transaction, requires
from app.blueprints.messages import blueprint
from app.blueprints.messages.filters import address, filters_asked, news_address
from app.blueprints.pages import render_page
from app.domain.delivery import message_log
from app.domain.delivery.message_log import News
from app.domain.delivery.message_story import message_detail
from app.domain.scheduling import overview


@blueprint.get("/messages")
@requires("messages", "read")
def index() -> str:
    filters = filters_asked()
    before, after = request.args.get("before", ""), request.args.get("after", "")
    with company_transaction():
        page = message_log.page(filters, before=before, after=after)
        broadcast = overview.sending_line(filters.broadcast_id) if filters.broadcast_id else None
    watched = [line.id for line in page.lines if line.open]
    newest = page.lines[0].id if page.lines else 0
    return render_page(
        "messages/index.html",
        page=page,
        filters=filters,
        broadcast=broadcast,
        address=address,
        news=None if page.newer or before or after else News(0, {}),
        news_url=news_address(newest, watched),
    )


@blueprint.get("/messages/<int:message_id>")
@requires("messages", "read")
def show(message_id: int) -> str:
    with company_transaction():
        detail = message_detail(message_id)
    return render_page("messages/show.html", fragment="messages/_drawer.html", detail=detail)
