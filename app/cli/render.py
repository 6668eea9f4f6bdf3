"""`carillon render`: shows what a wording says for one record, and what is wrong with it."""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from app.cli.context import portal
from app.domain.merge.compile import compile_wording
from app.domain.merge.outgoing import message_text
from app.domain.merge.segments import count_segments
from app.domain.merge.wording import STANDARD_FIELDS, MergeError, check, parse
from app.domain.tenancy.companies import company_by_alias, merge_values
from app.unit_of_work import transaction

Values = dict[str, Mapping[str, Any]]

_PARTS = frozenset(("data", "company", "customer"))


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; nothing of it touches the database unless a company is named."""
    parser = subparsers.add_parser("render", help="show what a wording says for one record")
    parser.add_argument("--wording", required=True, metavar="TEXT", help="the wording, with its tags")
    parser.add_argument(
        "--data",
        type=_read_values,
        default="{}",
        metavar="JSON",
        help='the record, {"first_name": "Ann"}; or {"data": {…}, "company": {…}, "customer": {…}}',
    )
    parser.add_argument("--company", metavar="ALIAS", help="whose name and number {company.…} shows")
    parser.add_argument("--channel", choices=("sms", "phone", "email"), default="sms")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_run)


def _read_values(text: str) -> Values:
    """Read the record from JSON: its fields alone, or the parts of what a wording can name."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise argparse.ArgumentTypeError(f"not JSON: {problem}") from problem
    if not isinstance(read, dict):
        raise argparse.ArgumentTypeError("a JSON object is needed, such as {}")
    if isinstance(read.get("data"), dict) and _PARTS.issuperset(read):
        if not all(isinstance(part, dict) for part in read.values()):
            raise argparse.ArgumentTypeError("data, company and customer are JSON objects")
        return read
    return {"data": read}


def _run(arguments: argparse.Namespace) -> int:
    values: Values = arguments.data
    if arguments.company:
        values = {**values, "company": company_values(arguments.company)}
    shown = _render(arguments.wording, values, arguments.channel)
    if arguments.json:
        sys.stdout.write(json.dumps(shown) + "\n")
        return 0
    sys.stdout.write(shown["text"] + "\n")
    if shown["segments"] is not None:
        sys.stderr.write(f"{shown['encoding']}, {shown['segments']} segment(s)\n")
    for error in shown["errors"]:
        sys.stderr.write(_say(error) + "\n")
    return 0


def company_values(alias: str) -> Mapping[str, Any]:
    """Return what `{company.…}` shows for the company with this alias; raise NotFound."""
    with portal(), transaction(platform=True):
        shown: Mapping[str, Any] = merge_values(company_by_alias(alias))["company"]
    return shown


def _render(wording: str, values: Values, channel: str) -> dict[str, Any]:
    """Render as sending does; segments are those of a text message, and null on other channels."""
    text = compile_wording(wording)(values)
    known = dict.fromkeys([*STANDARD_FIELDS, *values["data"]])
    shown: dict[str, Any] = {"text": text, "encoding": None, "segments": None}
    if channel == "sms":
        text = message_text(text)
        counted = count_segments(text)
        shown = {"text": text, "encoding": counted.encoding, "segments": counted.segments}
    return {**shown, "errors": [asdict(error) for error in check(parse(wording), data_fields=known)]}


def _say(error: Mapping[str, Any]) -> str:
    found = MergeError(**error)
    hint = f" Write {found.suggestion}" if found.suggestion else ""
    return f"Line {found.line}, column {found.column}: {found.message}{hint}"
