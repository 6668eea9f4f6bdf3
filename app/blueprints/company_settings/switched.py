"""Answering who turned something off or on: what a company's pages and the platform's share."""

from collections.abc import Callable

from flask import flash, redirect
from werkzeug.wrappers import Response

from app.blueprints.company_settings.forms import SwitchForm
from app.domain.delivery import switching
from app.errors import Conflict


def switched(change: Callable[[], str], back: str) -> Response:
    """Make the change and say what it returns, or that somebody was faster."""
    try:
        flash(change(), "success")
    except Conflict as problem:
        flash(problem.message, "warning")
    return redirect(back, 303)


def late_chosen() -> str:
    """Return what the form says is to become of what fell due meanwhile; without a word it goes out."""
    return switching.EXPIRE if SwitchForm().late.data == switching.EXPIRE else switching.SEND
