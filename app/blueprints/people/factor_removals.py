"""Announcing and stopping the removal of a second factor: what a company's pages and the platform's share."""

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response

from app.blueprints.people.forms import LostFactorForm
from app.errors import Rejected


def announced(
    ask: Callable[[str], object], page: Callable[[LostFactorForm], str], back: str
) -> Response | tuple[str, int]:
    """Ask for the removal with the reason that was sent; draw the page again where that is refused."""
    form = LostFactorForm()
    if not form.validate_on_submit():
        return page(form), 422
    try:
        ask(form.reason.data)
    except Rejected as problem:
        form.reason.errors = [problem.message]
        return page(form), 422
    flash("Announced. They have an e-mail now, and tomorrow at this time set up a new one.", "success")
    return redirect(back, 303)


def told_stopped(stopped: bool, back: str) -> Response:
    """Say whether there was a removal to stop."""
    said = "Stopped: their second factor stays." if stopped else "There was nothing to stop any more."
    flash(said, "success")
    return redirect(back, 303)
