"""`carillon ingest`: imports a file for a company as the wizard would, and says what became of it."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.cli.context import portal
from app.domain.ingest import confirming, importing, load_maps, matching, packets, store, targets
from app.domain.ingest.confirming import Answers, Wish
from app.domain.merge.templates import TemplateView, template_by_name
from app.domain.scheduling import planning
from app.domain.scheduling.after_import import send_as_wished
from app.domain.scheduling.broadcasts import broadcast_view, progress
from app.domain.tenancy.companies import company_by_alias
from app.errors import Conflict, Rejected
from app.local.children import wait_until
from app.models import Packet
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import transaction

PLANNING_SECONDS = 3600.0
Door = Callable[[], AbstractContextManager[Session]]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = subparsers.add_parser("ingest", help="import a spreadsheet for a company")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--company", required=True, metavar="ALIAS", help="for whom")
    parser.add_argument("--load-map", metavar="NAME", help="how the columns are matched; else as suggested")
    parser.add_argument("--schedule", metavar="TEMPLATE", help="send this template to the records, now")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    if not arguments.file.is_file():
        raise Rejected(f"There is no file “{arguments.file}”.")
    with portal():
        with transaction(platform=True):
            company = company_by_alias(arguments.company)
        began = monotonic()
        door = partial(transaction, company.id)
        packet = _import(arguments, door)
        outcome = _outcome(packet, _plan(packet, door))
        outcome["seconds"] = round(monotonic() - began, 3)
    _say(outcome, as_json=arguments.json)
    return 0


def _import(arguments: argparse.Namespace, door: Door) -> Packet:
    """Take the file in, read it, match its columns, confirm, and run: the wizard's verbs, in its order."""
    with door():
        template = template_by_name(arguments.schedule) if arguments.schedule else None
        saved = load_maps.load_map_by_name(arguments.load_map) if arguments.load_map else None
    with arguments.file.open("rb") as stream, store.received(stream) as arrived, door():
        taken = packets.take_in(
            arrived, filename=arguments.file.name, by=None, source="terminal", read_now=False
        )
    importing.read(taken.id, door)
    with door():
        packet = packets.packet(taken.id)
        if packet.stage != "read":
            raise Rejected(packet.problem)
        if saved is not None:
            matching.use_saved(packet, saved, by=None)
        confirming.refuse_incomplete(packet)
        wish = _wish(packet, template) if template else None
        answers = Answers(wish=wish)
        confirming.confirm(packet, answers, by=None, request_key="", run_now=False)
    return importing.run(taken.id, door, send_as_wished)


def _wish(packet: Packet, template: TemplateView) -> Wish:
    """Return the wish to send a template now, by every channel it has a wording for."""
    missing = targets.missing_fields(targets.filled_fields(packets.load_map_of(packet)), template)
    if missing:
        raise Rejected(
            f"“{template.name}” shows “{missing[0]}”, but no column of the file is matched with it. "
            "Name a load map that matches one, or another template."
        )
    channels = tuple(channel for channel in ("sms", "email") if channel in template.versions)
    return Wish(template.id, channels, clock.now())


def _plan(packet: Packet, door: Door) -> int:
    """Turn the broadcast into messages and return how many; a running worker may be doing the same."""
    broadcast_id = packet.details.get("broadcast_id")
    if broadcast_id is None:
        return 0

    def is_planned() -> bool:
        more = True
        while more:
            with door():
                more = planning.plan_next(broadcast_id)
        with door():
            enqueue_after_commit(JobName.FILL_QUEUE, packet.company_id)
            return broadcast_view(broadcast_id).planned_at is not None

    if not wait_until(is_planned, PLANNING_SECONDS):
        raise Conflict("The records are stored, but planning their messages takes long. Look at the portal.")
    with door():
        return progress(broadcast_id).total


def _outcome(packet: Packet, messages: int) -> dict[str, Any]:
    names = ("rows", "records", "refused", "duplicates", "blocked")
    return {
        "packet_id": packet.id,
        **{name: packet.counts.get(name, 0) for name in names},
        "messages": messages,
    }


def _say(outcome: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(outcome) + "\n")
        return
    for name, value in outcome.items():
        sys.stdout.write(f"{name.replace('_', ' ')}: {value:,}\n")
