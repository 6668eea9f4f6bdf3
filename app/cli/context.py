"""Gives a command the portal's database: the running portal's, one's own, or the embedded one for a while."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask

from app.cli.migrate import run_migrations
from app.config import Settings
from app.errors import Conflict
from app.factory import create_app
from app.local.cast import seed_if_empty
from app.local.children import wait_until
from app.local.environment import demo_environment
from app.local.lock import COMMAND, RUN, SERVERS, hold, holder_of
from app.local.places import Places
from app.local.ports import DEFAULTS
from app.local.servers import EmbeddedServers

PATIENCE = 120.0  # seconds to wait for another command that uses the embedded servers


@contextmanager
def portal() -> Iterator[Flask]:
    """Open the app, in its context, on the servers that a person at this terminal means.

    DATABASE_URL in the environment wins; then the portal that runs on this data folder; else the
    embedded servers are started, migrated, filled with the cast, and stopped afterwards.
    """
    with _environment() as environment:
        os.environ.update(environment)
        app = create_app(Settings.from_environment(environment))
        with app.app_context():
            yield app


@contextmanager
def _environment() -> Iterator[Mapping[str, str]]:
    if os.environ.get("DATABASE_URL"):
        yield os.environ
        return
    places = Places.from_environment(os.environ)
    places.create()
    if not wait_until(lambda: _is_settled(places), PATIENCE):
        raise Conflict("Another command has used the embedded servers for two minutes. Try again later.")
    holder = holder_of(places)
    if holder is not None:
        yield {**os.environ, **holder.environment}
        return
    with _own_servers(places) as environment:
        yield environment


def _is_settled(places: Places) -> bool:
    """True where nobody uses the data folder, or somebody who lets others join."""
    holder = holder_of(places)
    return holder is None or (holder.role in (RUN, SERVERS) and holder.is_ready)


@contextmanager
def _own_servers(places: Places) -> Iterator[Mapping[str, str]]:
    """Start the embedded servers for the length of one command."""
    with hold(places, COMMAND) as lock:
        if lock is None:
            raise Conflict("Another command has just started the embedded servers. Try again.")
        print("Starting PostgreSQL and Redis for this command …", file=sys.stderr)
        ports = {name: os.environ.get(name) or str(port) for name, port in DEFAULTS.items()}
        with EmbeddedServers(places, redis=not os.environ.get("REDIS_URL")) as urls:
            environment = demo_environment(places, os.environ, ports, urls)
            settings = Settings.from_environment(environment)
            run_migrations(settings)
            seed_if_empty(create_app(settings))
            yield environment
