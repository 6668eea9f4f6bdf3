"""Doors opened by a person at a terminal: `carillon COMMAND`, JSON on stdout, words on stderr.

Exit codes: 0 done, 1 refused with a reason, 2 wrong use.
"""

import argparse
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import psycopg
import redis
import sqlalchemy.exc

from app import clock
from app.config import PRODUCTION
from app.errors import Problem
from app.local.places import CHECKOUT, Places

# Each is a module here with `register(subparsers)`, whose parser sets `run`, a function of the arguments.
COMMANDS = ("read", "suggest", "render", "ingest", "code", "migrate", "run", "servers", "reset")
DEMO_ONLY = ("code",)
DONE, REFUSED, INTERRUPTED = 0, 1, 130
UNREACHABLE = (psycopg.OperationalError, sqlalchemy.exc.OperationalError, redis.exceptions.ConnectionError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; nobody at a terminal ever sees a stack trace."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.path.insert(0, str(CHECKOUT))  # `migrations` stands beside the package, not in it
    try:
        parsed = _parser(words).parse_args(words)
        code = parsed.run(parsed)
        sys.stdout.flush()
    except Problem as problem:
        print(problem.message or "That cannot be done.", file=sys.stderr)
        return REFUSED
    except UNREACHABLE as problem:
        reason = str(problem).strip().splitlines()[0]
        print(f"A server cannot be used. Look at DATABASE_URL and REDIS_URL: {reason}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # The reader of our output has seen enough; Python must not complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        print(f"Something broke that should not. The details are in {_write_down()}", file=sys.stderr)
        return REFUSED
    return int(code or DONE)


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser of the command that is asked for, or of all where none is.

    Loading one alone keeps commands that need no database quick.
    """
    parser = argparse.ArgumentParser(prog="carillon", description="Carillon at the terminal.")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    known = [
        name for name in COMMANDS if name not in DEMO_ONLY or os.environ.get("CARILLON_ENV") != PRODUCTION
    ]
    asked = [word for word in words[:1] if word in known]
    for name in asked or known:
        importlib.import_module(f"app.cli.{name}").register(subparsers)
    return parser


def _write_down() -> Path:
    """Keep the stack trace for those who mend it, in the data folder where that is possible."""
    logs = Places.from_environment(os.environ).logs
    folder = logs if os.access(logs, os.W_OK) else Path(tempfile.gettempdir())
    path = folder / f"carillon-{os.getuid()}.log"
    with path.open("a") as file:
        file.write(
            f"{clock.now().isoformat()} carillon {' '.join(sys.argv[1:2])}\n{traceback.format_exc()}\n"
        )
    return path
