"""`carillon code EMAIL`: the code that person's authenticator app would show. Demo only."""

import argparse
import sys

from app.cli.context import portal
from app.domain.identity import factors, users
from app.errors import NotFound, Rejected
from app.unit_of_work import transaction


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("code", help="print a person's current code (demo only)")
    parser.add_argument("email", help="the person's e-mail address")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    with portal() as app:
        settings = app.extensions["settings"]
        if not settings.is_demo:
            raise Rejected("Codes are shown in the demo only.")
        with transaction(platform=True):
            user_id = users.user_id_of(arguments.email)
            code = None if user_id is None else factors.acceptable_code(user_id, keys=settings.field_keys)
    if user_id is None:
        raise NotFound(f"Nobody signs in as {arguments.email}.")
    if code is None:
        raise Rejected("No code can be given now: wait half a minute, or set up the app by signing in first.")
    print(code)
    print("This code is accepted for the next half minute or so.", file=sys.stderr)
    return 0
