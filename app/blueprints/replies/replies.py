"""The list of replies, in three views."""

from typing import Final

from flask import request, url_for

from app.blueprints.doors import company_transaction, requires
from app.blueprints.pages import render_page
from app.blueprints.replies import blueprint
from app.domain.responses import reply_log

VIEWS: Final = {
    "answer": ("Needs an answer", reply_log.needs_answer),
    "opt-outs": ("Opt-outs", reply_log.is_opt_out),
    "all": ("All", reply_log.anything),
}


@blueprint.get("/replies")
@requires("messages", "read")
def index() -> str:
    asked = request.args.get("view", "")
    view = asked if asked in VIEWS else "answer"
    before = request.args.get("before", type=int)
    with company_transaction():
        page = reply_log.page(VIEWS[view][1], before=before)
    return render_page(
        "replies/index.html",
        page=page,
        view=view,
        tab_items=_tabs(view),
        newest_url=url_for("replies.index", view=view) if before else None,
        older_url=url_for("replies.index", view=view, before=page.older) if page.older else None,
    )


def _tabs(current: str) -> list[dict[str, str | bool]]:
    return [
        {"label": label, "url": url_for("replies.index", view=key), "current": key == current}
        for key, (label, _) in VIEWS.items()
    ]
