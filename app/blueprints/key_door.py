"""Which program is asking, for which company, and may it: routes for programs say so with one decorator.

A key comes in the header `Authorization: Bearer` and nowhere else. No cookie is read or set here, so that no
page of somebody else's can make a browser call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, TypeVar

import structlog
from flask import g, request
from sqlalchemy.orm import Session

from app.blueprints.doors import GUARD, Guard, network
from app.domain.audit import events
from app.domain.identity import api_callers
from app.domain.identity.api_callers import Caller, KeyRefused
from app.domain.identity.api_keys import PREFIX
from app.errors import Forbidden, Problem
from app.unit_of_work import Actor, actor, transaction

View = TypeVar("View", bound=Callable[..., Any])
# What programs elsewhere call a key in an address.
IN_AN_ADDRESS: Final = frozenset({"access_token", "api_key", "apikey", "key", "token"})
NOT_THERE: Final = (
    "A key never stands in an address, where logs keep it. Send it in the header “Authorization: Bearer”, "
    "and revoke the one that stood there."
)


class TooManyWrongKeys(Problem):
    """Wrong keys came from this network too often; `seconds` is how long it waits."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many wrong keys came from your network. Try again in {seconds} seconds.")
        self.seconds = seconds


def requires_key(module: str = "self", function: str = "use") -> Callable[[View], View]:
    """Mark a route for programs that needs one scope of their key; without one, any live key will do.

    A key that opens nothing is 401, a scope it lacks 403, and what its app does not reach 404.
    """

    def decorate(view: View) -> View:
        guard = Guard(module, function)

        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.guard = guard
            _enter(_who_calls())
            _need_scope(guard)
            return view(*args, **kwargs)

        setattr(guarded, GUARD, guard)
        return guarded  # type: ignore[return-value]

    return decorate


@contextmanager
def key_transaction() -> Iterator[Session]:
    """Open a transaction for the company of the key, and for the customers that its app is limited to."""
    with transaction(g.caller.company_id, g.caller.customer_ids) as opened:
        yield opened


def _who_calls() -> Caller:
    """Return who calls; count and tell what was refused."""
    try:
        _refuse_in_address()
        with transaction(platform=True):
            return api_callers.who_calls(request.headers.get("Authorization", ""), network())
    except KeyRefused as refused:
        _tell(refused)
        raise


def _refuse_in_address() -> None:
    for name, value in request.args.items(multi=True):
        if name.lower() in IN_AN_ADDRESS or PREFIX in value:
            raise KeyRefused(NOT_THERE)


def _tell(refused: KeyRefused) -> None:
    """Count a refusal against the network; raise TooManyWrongKeys where that was too many."""
    with transaction(platform=True):
        seconds = api_callers.wait_after_wrong(network())
    if seconds:
        raise TooManyWrongKeys(seconds)
    if refused.company_id is not None:
        with transaction(refused.company_id):
            api_callers.record_refusal(refused, network())


def _enter(caller: Caller) -> None:
    """Let the program act under its own name, and keep when it last did."""
    g.caller = caller
    actor.set(Actor(None, f"app:{caller.app_id}", g.request_id))
    structlog.contextvars.bind_contextvars(company_id=caller.company_id, app_id=caller.app_id)
    if caller.touch_due:
        with transaction(caller.company_id):
            api_callers.touch(caller, network())


def _need_scope(guard: Guard) -> None:
    if guard.module == "self" or f"{guard.module}/{guard.function}" in g.caller.scopes:
        return
    with transaction(g.caller.company_id):
        events.record("access_denied", module=guard.module, function=guard.function)
    raise Forbidden(f"This API key lacks the scope “{guard.module}/{guard.function}”.")
