"""Sensitive acts: who proved who they are more than a quarter of an hour ago does it again first."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask_login import current_user

from app.domain.identity import sessions
from app.errors import Problem

View = TypeVar("View", bound=Callable[..., Any])


class ProveFirst(Problem):
    """The person is signed in, but has to prove who they are again; blueprints/account/proofs.py asks."""

    status = 401


def fresh(view: View) -> View:
    """Let a view run only within a quarter of an hour of a proof; it stands below the route's guard.

    What was sent is kept over the detour: the page that asks carries it, and sends it on afterwards.
    """

    @wraps(view)
    def proven(*args: Any, **kwargs: Any) -> Any:
        if not sessions.is_fresh(current_user.proved_at):
            raise ProveFirst("Please prove that it is you.")
        return view(*args, **kwargs)

    return proven  # type: ignore[return-value]
