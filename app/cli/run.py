"""`carillon run`: the whole portal on this machine, kept running until Ctrl-C."""

import argparse
import http.client
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial

from app.cli.migrate import run_migrations
from app.config import Settings
from app.errors import Conflict, Problem
from app.extensions import db
from app.factory import create_app
from app.local.cast import SignIn, seed_if_empty
from app.local.children import end_with_parent, wait_until
from app.local.echo import last_lines
from app.local.environment import demo_environment, settings_of
from app.local.lock import RUN, SERVERS, Holder, Lock, hold, holder_of
from app.local.places import Places
from app.local.ports import choose_ports
from app.local.programs import portal_programs, simulator_program, simulator_public_key
from app.local.servers import EmbeddedServers
from app.local.supervisor import Supervisor

READY_SECONDS = 120


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("run", help="start the whole portal on this machine, for a demo")
    parser.set_defaults(run=_run)


def _run(_arguments: argparse.Namespace) -> int:
    """Start everything, or print where it already runs."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if "MAKELEVEL" in os.environ:
        end_with_parent(signal.SIGTERM)
    places = Places.from_environment(os.environ)
    places.create()
    try:
        return _run_or_point(places)
    except KeyboardInterrupt:
        return 0


def _run_or_point(places: Places) -> int:
    """Run where nobody does; else point to who does, after waiting for a command that is about to end."""
    while True:
        with hold(places, RUN) as lock:
            if lock is not None:
                return _serve(places, lock)
        wait_until(partial(_is_settled, places), READY_SECONDS)
        holder = holder_of(places)
        if holder is not None and holder.role in (RUN, SERVERS):
            return _point_to(holder)


def _is_settled(places: Places) -> bool:
    holder = holder_of(places)
    return holder is None or (holder.role == RUN and holder.is_ready) or holder.role == SERVERS


def _point_to(holder: Holder) -> int:
    if holder.role == SERVERS:
        raise Conflict(f"`carillon servers` (process {holder.pid}) uses this data folder. End it first.")
    print(f"Carillon runs already: {holder.address or f'process {holder.pid} is starting it'}", flush=True)
    return 0


def _serve(places: Places, lock: Lock) -> int:
    ports = choose_ports(os.environ)
    servers = EmbeddedServers(
        places, postgres=not os.environ.get("DATABASE_URL"), redis=not os.environ.get("REDIS_URL")
    )
    with servers as urls:
        environment = demo_environment(places, os.environ, ports, urls)
        os.environ.update(environment)
        settings = Settings.from_environment(environment)
        cast = _fill_database(settings)
        supervisor = Supervisor(servers.children, _say)
        supervisor.listen()
        try:
            _start_portal(supervisor, settings, environment)
            if not supervisor.stopping.is_set():
                _publish(lock, settings, environment)
                _announce(settings, cast)
                supervisor.watch()
        finally:
            supervisor.stop()
    _say("Carillon has stopped.")
    return 0


def _fill_database(settings: Settings) -> list[SignIn]:
    """Migrate, seed an empty database, and let go of it: the supervisor itself needs none."""
    run_migrations(settings)
    app = create_app(settings)
    cast = seed_if_empty(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return cast


def _start_portal(supervisor: Supervisor, settings: Settings, environment: Mapping[str, str]) -> None:
    """Start the simulator, then the rest with its key, and wait for the web's own word that all is there."""
    supervisor.start([simulator_program(settings, environment)])
    _wait(supervisor, settings, "simulator", lambda: _listens(settings.simulator_port))
    environment = {**environment, "SENDGRID_PUBLIC_KEY": simulator_public_key(settings)}
    if not supervisor.stopping.is_set():
        supervisor.start(portal_programs(settings, environment))
        _wait(supervisor, settings, "web", lambda: _says_ready(settings))


def _wait(supervisor: Supervisor, settings: Settings, name: str, ready: Callable[[], bool]) -> None:
    if not supervisor.wait_until_ready(ready, READY_SECONDS) and not supervisor.stopping.is_set():
        log = settings.data_dir / "logs" / f"{name}.log"
        raise Problem(f"The {name} did not become ready. The last lines of {log}:\n{last_lines(log)}")


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


def _says_ready(settings: Settings) -> bool:
    try:
        with closing(http.client.HTTPConnection(settings.bind, settings.port, timeout=10)) as web:
            web.request("GET", "/readyz", headers={"Host": f"localhost:{settings.port}"})
            return bool(web.getresponse().status == http.HTTPStatus.OK)
    except (OSError, http.client.HTTPException):
        return False


def _publish(lock: Lock, settings: Settings, environment: Mapping[str, str]) -> None:
    """Tell other commands at this terminal how to join."""
    lock.tell(
        address=settings.public_url,
        simulator=settings.simulator_url or "",
        environment=settings_of(environment),
    )


def _announce(settings: Settings, cast: list[SignIn]) -> None:
    print(f"Carillon is ready: {settings.public_url}")
    print(f"Simulated phones and mailboxes: {settings.simulator_url}")
    print("Sign in as one of these; the page that asks for a code shows one:")
    widths = [
        max((len(cell) for cell in column), default=0) for column in zip(*map(_cells, cast), strict=True)
    ]
    for person in cast:
        row = zip(_cells(person), widths, strict=True)
        print("  " + "  ".join(cell.ljust(width) for cell, width in row).rstrip())
    print("Ctrl-C stops everything.", flush=True)


def _cells(person: SignIn) -> tuple[str, ...]:
    return person.email_address, person.password, person.role.replace("_", " "), person.company


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
