"""Transactions in one of three contexts: one company, the platform, or all companies for a stated reason.

Opening none of them raises, so that a forgotten scope is an error and never an empty page. The door that
opened the transaction commits it; what the domain promised in between happens after the commit.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.errors import Problem

log = structlog.get_logger()
ALL_CUSTOMERS: Final = None
PLATFORM: Final = 0


class NoContext(Problem):
    """The database was asked for outside any transaction, or with no company said."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for the trail: set once by the door, read when a transaction begins."""

    user_id: int | None = None
    session_id: str = ""
    request_id: str = ""


@dataclass(slots=True)
class _Unit:
    session: Session
    company_id: int | None
    customers: tuple[int, ...] | None
    promises: list[Callable[[], None]] = field(default_factory=list)


@dataclass(slots=True)
class _Engines:
    app: Engine | None = None
    across: Engine | None = None


_engines = _Engines()
_unit: ContextVar[_Unit | None] = ContextVar("unit_of_work", default=None)
NOBODY: Final = Actor()
actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


def bind_engines(app: Engine, across: Engine) -> None:
    """Name the two pools: the portal's own role, and the one that may look across companies."""
    _engines.app = app
    _engines.across = across


@contextmanager
def engines_bound(app: Engine, across: Engine) -> Iterator[None]:
    """Name the two pools for a while, for a command that works before or beside the portal."""
    before = _engines.app, _engines.across
    bind_engines(app, across)
    try:
        yield
    finally:
        _engines.app, _engines.across = before


def forget_connections() -> None:
    """Drop pooled connections without closing them: what a forked child inherited is not its own."""
    for engine in (_engines.app, _engines.across):
        if engine is not None:
            engine.dispose(close=False)


@contextmanager
def transaction(
    company: int | None = None,
    customers: Sequence[int] | None = ALL_CUSTOMERS,
    user: int | None = None,
    *,
    platform: bool = False,
) -> Iterator[Session]:
    """Open a transaction for one company (optionally some customers of it), or for the platform.

    `customers=None` means all of the company's customers; an empty sequence means none of them. Commits
    at the end, rolls back on an exception, then keeps the promises made by `after_commit`. Raises
    NoContext when neither a company nor the platform is named, or when a transaction is already open.
    """
    if (company is None) != platform:
        raise NoContext("Name one company, or say platform=True.")
    company_id = PLATFORM if company is None else company
    allowed = None if customers is None else tuple(customers)
    with _open(_engines.app, company_id, allowed, user) as session:
        yield session


@contextmanager
def across_companies(*, reason: str) -> Iterator[Session]:
    """Open a transaction that sees every company, as a role of its own; the reason goes to the log."""
    if not reason:
        raise NoContext("Say why all companies are looked at.")
    log.debug("across_companies", reason=reason)
    with _open(_engines.across, None, None, None) as session:
        yield session


def session() -> Session:
    """Return the session of the open transaction; raise NoContext where there is none."""
    return _current().session


def company_id() -> int:
    """Return the company of the open transaction; raise NoContext for the platform and across."""
    found = _current().company_id
    if not found:
        raise NoContext("This needs a company, and the open transaction has none.")
    return found


def customers() -> tuple[int, ...] | None:
    """Return the customers the open transaction may see, None for all."""
    return _current().customers


def act_as(user_id: int) -> None:
    """From here on in the open transaction this person acts: for sign-in, which begins with nobody."""
    statement = f"SET LOCAL app.user_id = '{int(user_id)}'"
    _current().session.connection().exec_driver_sql(statement, execution_options={"no_parameters": True})


def after_commit(promise: Callable[[], None]) -> None:
    """Keep `promise` until the open transaction has committed; forget it on a rollback."""
    _current().promises.append(promise)


def _current() -> _Unit:
    unit = _unit.get()
    if unit is None:
        raise NoContext("No transaction is open: a door must open one with `with transaction(…)`.")
    return unit


@contextmanager
def _open(
    engine: Engine | None, company: int | None, allowed: tuple[int, ...] | None, user: int | None
) -> Iterator[Session]:
    if engine is None:
        raise NoContext("The database is not connected: create_app has not run.")
    if _unit.get() is not None:
        raise NoContext("A transaction is already open: one company per transaction.")
    with Session(engine, expire_on_commit=False) as opened:
        unit = _Unit(opened, company, allowed)
        token = _unit.set(unit)
        try:
            with opened.begin():
                _announce(opened, company, allowed, user)
                yield opened
        finally:
            _unit.reset(token)
    for promise in unit.promises:
        promise()


def _announce(
    opened: Session, company: int | None, allowed: tuple[int, ...] | None, user: int | None
) -> None:
    """Tell PostgreSQL for whom this transaction works.

    SET LOCAL and not set_config(): Citus passes only the former on to its workers. It takes no bind
    parameters, so the values are made safe here: integers, and identifiers stripped to plain characters.
    """
    who = actor.get()
    acting = user if user is not None else who.user_id
    values = {
        "company_id": "" if company is None else str(int(company)),
        "customers": "all" if allowed is None else "{" + ",".join(str(int(one)) for one in allowed) + "}",
        "user_id": "" if acting is None else str(int(acting)),
        "session_id": _plain(who.session_id),
        "request_id": _plain(who.request_id),
    }
    statement = "; ".join(f"SET LOCAL app.{name} = '{value}'" for name, value in values.items())
    opened.connection().exec_driver_sql(statement, execution_options={"no_parameters": True})


def _plain(value: str) -> str:
    return "".join(one for one in value if one.isascii() and (one.isalnum() or one in "-_.:"))[:80]
