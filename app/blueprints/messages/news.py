"""What an open page of the message log asks now and then: how many came since, and how its rows stand now."""

from flask import request

from app.blueprints.doors import company_transaction, requires
from app.blueprints.messages import blueprint
from app.blueprints.messages.filters import address, filters_asked, news_address
from app.blueprints.pages import render_page
from app.domain.delivery import message_log


@blueprint.get("/messages/since")
@requires("messages", "read", poll=True)
def since() -> str:
    newest = min(request.args.get("newest", 0, type=int), message_log.GREATEST)
    watched = [one for one in request.args.getlist("watch", type=int) if one <= message_log.GREATEST]
    with company_transaction():
        news = message_log.news(filters_asked(), newest, watched)
    return render_page(
        "messages/_news.html", news=news, address=address, news_url=news_address(newest, news.still_open)
    )
