"""Who is asking, for which company, and may they: every route says so with one of three decorators."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, TypeVar

import structlog
from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from app.blueprints import trying_on, visiting
from app.blueprints.addresses import way_back
from app.blueprints.person import Person, person_of
from app.config import Settings
from app.domain.access import grants
from app.domain.access.grants import Access
from app.domain.audit import events
from app.domain.identity import sessions
from app.domain.tenancy.companies import CompanyView, company_by_alias, customers_here
from app.errors import Forbidden, NotFound, Problem
from app.extensions import login
from app.unit_of_work import NOBODY, Actor, actor, transaction

View = TypeVar("View", bound=Callable[..., Any])
GUARD: Final = "__guard__"


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route says about who may use it; a test walks all routes and asks for it."""

    module: str = ""
    function: str = ""
    why_public: str = ""
    poll: bool = False
    bulk: bool = False


class SignInFirst(Problem):
    """Nobody is signed in here."""

    status = 401


def settings() -> Settings:
    """Return the settings of the running app."""
    found: Settings = current_app.extensions["settings"]
    return found


def public(why: str) -> Callable[[View], View]:
    """Mark a route that needs no sign-in, with the reason."""
    return _marked(Guard(why_public=why), lambda: None)


def signed_in(*, poll: bool = False) -> Callable[[View], View]:
    """Mark a route that any signed-in person may use for themselves."""
    return _marked(Guard(module="self", function="use", poll=poll), _need_person)


def requires(module: str, function: str, *, poll: bool = False, bulk: bool = False) -> Callable[[View], View]:
    """Mark a route that needs one policy; a `poll` does not extend the session, `bulk` hands out a file.

    A company that is not the person's own is 404; a policy they lack at a company of theirs is 403.
    """
    return _marked(Guard(module, function, poll=poll, bulk=bulk), lambda: _need_policy(module, function))


@contextmanager
def company_transaction() -> Iterator[Session]:
    """Open a transaction for the company in the URL and the customers that the route's policy holds for."""
    with transaction(g.company.id, g.customers, current_user.id) as opened:
        yield opened


def attend(app: Flask) -> None:
    """Take the company's alias from every URL once, put it into every URL made, and learn who is asking."""

    @app.url_value_preprocessor
    def take_alias(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.alias = values.pop("alias", None) if values else None

    @app.url_defaults
    def give_alias(endpoint: str, values: dict[str, Any]) -> None:
        if g.get("alias") and "alias" not in values and app.url_map.is_endpoint_expecting(endpoint, "alias"):
            values["alias"] = g.alias

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)
        g.company, g.access, g.customers, g.customer_scope = None, Access(), (), []
        g.found_company, g.to_visit = None, ""
        actor.set(Actor(request_id=g.request_id))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.teardown_request
    def forget_actor(_problem: BaseException | None) -> None:
        actor.set(NOBODY)

    login.request_loader(lambda _request: _find_person())


def network() -> str:
    """Return where the request comes from; only the hops we run ourselves are believed (ProxyFix)."""
    return request.remote_addr or "unknown"


def _marked(guard: Guard, check: Callable[[], None]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.guard = guard
            check()
            return view(*args, **kwargs)

        setattr(guarded, GUARD, guard)
        return guarded  # type: ignore[return-value]

    return decorate


def _need_person() -> None:
    if not current_user.is_authenticated:
        raise SignInFirst("Please sign in.")


def _need_policy(module: str, function: str) -> None:
    _need_person()
    if g.alias is None:
        if not current_user.platform.may(module, function):
            raise Forbidden("Your role does not include this.")
        return
    _open_company(module, function)
    trying_on.refuse_changes()
    visiting.check(module, function, bulk=g.guard.bulk)
    if not g.access.may(module, function):
        with transaction(g.company.id, None, current_user.id):
            events.record("access_denied", module=module, function=function)
        raise Forbidden("Your role does not include this.")


def open_shell() -> None:
    """Open the company in the path for a page about a problem, where no view has done so.

    Raises NotFound where the person may do nothing there, just as for a company that does not exist.
    """
    if g.company is not None or not request.path.startswith("/c/"):
        return
    alias = request.path.split("/")[2]
    with transaction(platform=True, user=current_user.id):
        company = _company_called(alias)
        if company is not None:
            access = grants.access_at(current_user.id, company.id, current_user.session_id)
            g.found_company = _entered(company, access, current_user.session_id)
    _open_company("home", "read")
    g.alias = alias


def _open_company(module: str, function: str) -> None:
    """Keep the company at hand for those who may do anything there; for others it is not there at all."""
    if g.found_company is None and g.to_visit:
        raise visiting.VisitFirst(g.to_visit)
    if g.found_company is None:
        raise NotFound("There is no such company.")
    company, access = g.found_company
    _follow_move(company)
    names = _names_of(company.id, access.limited_to)
    g.company, g.access, g.customers = company, access, access.customers(module, function)
    g.customer_scope = [name for one, name in names.items() if one in (g.customers or ())]
    structlog.contextvars.bind_contextvars(company_id=company.id)


def _follow_move(company: CompanyView) -> None:
    """Send who came by a former address of the company to its present one; only its own people get here."""
    former, g.alias = g.alias, company.alias
    if former not in (None, company.alias) and request.method == "GET":
        there = request.full_path.rstrip("?").replace(f"/c/{former}", f"/c/{company.alias}", 1)
        abort(redirect(there))


def _names_of(company_id: int, customer_ids: Sequence[int]) -> dict[int, str]:
    """Return by name what a delegated person is limited to; that these are active, the grants said."""
    if not customer_ids:
        return {}
    with transaction(company_id, customer_ids, current_user.id):
        return {customer.id: customer.name for customer in customers_here()}


def _find_person() -> Person | None:
    """Return who is signed in: read afresh at every request, so that what was taken away is gone at once."""
    token = request.cookies.get(current_app.config["SID_COOKIE"], "")
    if not token:
        return None
    guard = g.get("guard") or Guard()
    with transaction(platform=True):
        opened = sessions.find(token, sessions.SIGNED_IN, seen=not guard.poll)
        if opened is None:
            return None
        company = _company_called(g.get("alias"))
        platform, there = grants.access_of(opened.user.id, company.id if company else None, opened.id)
        g.found_company = _entered(company, there, opened.id) if company else None
    # Nothing of the platform's opens to who did not come with a passkey; the demo does without.
    needs_passkey = bool(platform.policies) and not settings().is_demo and opened.proved_by != "passkey"
    if needs_passkey:
        platform, g.found_company = Access(), None
    if company and company.active and g.found_company is None and platform.may("support", "companies"):
        g.to_visit = company.alias
    user = opened.user
    actor.set(Actor(user.id, str(opened.id), g.request_id))
    structlog.contextvars.bind_contextvars(user_id=user.id)
    return person_of(opened, platform, needs_passkey=needs_passkey)


def _company_called(alias: str | None) -> CompanyView | None:
    """Return the company of that alias, None where there is none."""
    try:
        return company_by_alias(alias) if alias else None
    except NotFound:
        return None


def _entered(company: CompanyView, access: Access, session_id: int) -> tuple[CompanyView, Access] | None:
    """Return the company with what a person may do there; None where that is nothing."""
    if not company.active or not access.policies:
        return None
    return company, trying_on.narrow(company.id, session_id, access)


def to_sign_in() -> Response:
    """Send a stranger to the sign-in page, and from there back to where they were.

    A fragment request gets a header that moves the whole page; a script that wants data, only the status.
    """
    target = url_for("sign_in.new", next=way_back())
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    if request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    return redirect(target)  # type: ignore[return-value]
