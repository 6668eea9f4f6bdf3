"""`carillon reset`: stop the portal and remove its data, after asking."""

import argparse
import os
import shutil
import signal
import sys

from app.errors import Conflict, Rejected
from app.local.children import wait_until
from app.local.lock import COMMAND, hold, holder_of
from app.local.places import MARKER, Places
from app.local.residence import remove_residence

STOP_SECONDS = 60.0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("reset", help="stop the portal and remove its data")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    places = Places.from_environment(os.environ)
    if not places.data.exists():
        print(f"There is nothing in {places.data}.", file=sys.stderr)
        return 0
    if not (places.data / MARKER).exists():
        raise Rejected(f"{places.data} was not made by Carillon, so it is not removed.")
    if not arguments.yes and not _agrees(places):
        raise Rejected("Nothing was removed.")
    _stop_holder(places)
    with hold(places, COMMAND) as lock:
        if lock is None:
            raise Conflict(f"{places.data} is still in use. Stop the portal first.")
        remove_residence(places)
        shutil.rmtree(places.runtime, ignore_errors=True)
        shutil.rmtree(places.data)
    print(f"Removed {places.data}. Servers of your own are untouched.", file=sys.stderr)
    return 0


def _agrees(places: Places) -> bool:
    question = f"Remove all of {places.data}, the database included? [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _stop_holder(places: Places) -> None:
    """Ask the running portal to stop; the lock it holds shows when it has."""
    holder = holder_of(places)
    if holder is None or not _is_held(places):
        return
    os.kill(holder.pid, signal.SIGTERM)
    wait_until(lambda: not _is_held(places), STOP_SECONDS)


def _is_held(places: Places) -> bool:
    with hold(places, COMMAND) as lock:
        return lock is None
