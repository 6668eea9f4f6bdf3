"""`carillon servers`: the embedded PostgreSQL and Redis alone, for those who start the rest by hand."""

import argparse
import json
import os
import signal
import sys
import threading

from app.errors import Conflict
from app.local.environment import demo_environment, settings_of
from app.local.lock import SERVERS, hold, holder_of
from app.local.places import Places
from app.local.ports import choose_ports
from app.local.servers import EmbeddedServers


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "servers", help="start the embedded PostgreSQL and Redis, and nothing else"
    )
    parser.set_defaults(run=_run)


def _run(_arguments: argparse.Namespace) -> int:
    """Print one JSON line with the settings of a process that wants to use them, then wait for Ctrl-C."""
    stop = threading.Event()
    places = Places.from_environment(os.environ)
    places.create()
    with hold(places, SERVERS) as lock:
        if lock is None:
            holder = holder_of(places)
            raise Conflict(f"The data folder is in use{f' by process {holder.pid}' if holder else ''}.")
        with EmbeddedServers(places) as urls:
            settings = settings_of(demo_environment(places, os.environ, choose_ports(os.environ), urls))
            lock.tell(environment=settings)
            print(json.dumps(settings), flush=True)
            print("PostgreSQL and Redis are ready. Ctrl-C stops them.", file=sys.stderr)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda *_: stop.set())
            stop.wait()
    return 0
