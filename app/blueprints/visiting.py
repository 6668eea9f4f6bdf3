"""A visit of our own people, at each request: it only looks, takes nothing out, and every view is told.

Looking is told by the answer itself: where the company's trail cannot be written, the page is not handed out.
"""

from typing import Any, Final

from flask import Flask, Response, g, request
from flask_login import current_user

from app.blueprints.views_told import page_words
from app.domain.access.grants import OpenVisit
from app.domain.access.policies import POLICIES
from app.domain.audit import events
from app.errors import Forbidden, NotFound
from app.unit_of_work import transaction

LOOKING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
WORDS: Final = {(one.module, one.function): one.name for one in POLICIES}
ONLY_LOOKS: Final = "A visit of support only looks. Nothing was changed."
CHANGES_LITTLE: Final = "Support changes only what puts something stuck back on its way. Nothing was changed."
TAKES_NOTHING: Final = "Support takes no files out of a company, in no visit."


class VisitFirst(NotFound):
    """One of ours asks for a company that they do not visit; blueprints/support/doorstep.py asks for why."""

    def __init__(self, alias: str) -> None:
        super().__init__("There is no such company.")
        self.alias = alias


class NotInAVisit(Forbidden):
    """What a visit of ours does not include, with the way on."""

    title = "A visit does not include this"
    next_step = "Go back, or end the visit. That this was refused stands on the company's trail."


def attend(app: Flask) -> None:
    """Tell the company what was looked at, before the page leaves."""
    app.after_request(_tell_view)


def check(module: str, function: str, *, bulk: bool) -> None:
    """Raise Forbidden for what a visit does not do, and put it on the company's trail."""
    visit = g.access.visit
    if visit is None:
        return
    if bulk:
        refuse(visit, "taking a file out", TAKES_NOTHING)
    changing = request.method not in LOOKING
    if not g.access.may(module, function) or (changing and not visit.changes(module, function)):
        what = WORDS.get((module, function), "this")
        words = CHANGES_LITTLE if visit.raised else ONLY_LOOKS
        refuse(visit, what, words if changing else "A visit of support does not include this.")


def refuse(visit: OpenVisit, what: str, words: str) -> None:
    """Put on the company's trail what was refused, and raise Forbidden."""
    with transaction(visit.company_id, None, current_user.id):
        events.record("visit.refused", "support_visits", visit.id, what=what, **_where(visit))
    raise NotInAVisit(words)


def _tell_view(response: Response) -> Response:
    visit = g.access.visit if g.get("company") and "access" in g else None
    guard = g.get("guard")
    if visit is None or guard is None or guard.poll or request.method not in ("GET", "HEAD"):
        return response
    if response.status_code // 100 != 2 and response.status_code != 422:
        return response
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        raise RuntimeError(f"{request.endpoint} would hand a file to a visit: mark its route with bulk=True.")
    page = page_words(request.endpoint or "")
    with transaction(visit.company_id, None, current_user.id):
        events.record("visit.viewed", "support_visits", visit.id, page=page, **_where(visit))
    return response


def _where(visit: OpenVisit) -> dict[str, Any]:
    """Return who looked at which address, and the ids in it."""
    given = request.view_args or {}
    ids = {name: value for name, value in given.items() if isinstance(value, int)}
    path = str(request.url_rule).replace("<alias>", visit.alias) if request.url_rule else request.path
    return {"visitor": visit.visitor, "path": path.replace("<int:", "<"), "ids": ids}
