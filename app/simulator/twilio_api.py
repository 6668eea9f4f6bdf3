"""Twilio's REST API 2010-04-01, as far as texts need it: create, list, fetch, and the account itself."""

import base64
import binascii
import os
import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import orjson

from app.simulator.ledger import Message
from app.simulator.server import Answer, Request
from app.simulator.twilio_callbacks import report_progress
from app.simulator.twilio_errors import refuse
from app.simulator.twilio_resource import account_resource, list_page, message_resource
from app.simulator.world import World

E164 = re.compile(r"\+(?:1[2-9]\d{2}[2-9]\d{6}|[2-9]\d{6,14})")
SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{3,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
SERVICE = re.compile(r"MG[0-9a-f]{32}")
LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000

REFUSED_NUMBERS = {"0002": 21211, "0004": 21610}
"""Numbers with these endings are refused at once; those in twilio_callbacks fail on their way."""


def guarded(
    handle: Callable[[World, Request, str], Answer],
) -> Callable[[World, Request, str], Answer]:
    """Check the credentials, and delay the answer as the settings say, before handling a request."""

    def guard(world: World, request: Request, sid: str) -> Answer:
        if signed_in_as(world, request.headers.get("authorization", "")) != sid:
            answer = refuse(20003)
        elif world.is_nth("too_many", world.state.faults.too_many_every):
            answer = refuse(20429)
        elif world.is_nth("error", world.state.faults.error_every):
            answer = refuse(20500)
        else:
            answer = handle(world, request, sid)
        answer.delay = world.latency
        return answer

    return guard


def signed_in_as(world: World, authorization: str) -> str | None:
    """Return the account SID that these Basic credentials prove, or None."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user if scheme.lower() == "basic" and password and world.token_of(user) == password else None


@guarded
def create_message(world: World, request: Request, sid: str) -> Answer:
    """POST Messages.json: take a text, note it, and report its progress to its StatusCallback."""
    form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
    refusal = check(world, sid, form)
    if refusal:
        world.counts["refused_sms"] += 1
        return refusal
    service = form.get("MessagingServiceSid")
    now = time.time()
    message = Message(
        channel="sms",
        direction="out",
        sid="SM" + os.urandom(16).hex(),
        account=sid,
        to=form["To"],
        from_=form.get("From", ""),
        body=form["Body"],
        at=now,
        updated=now,
        status="accepted" if service else "queued",
        service=service,
    )
    dropped = world.drops()
    world.ledger.add(message, callback=form.get("StatusCallback"), dropped=dropped)
    report_progress(world, message, form.get("StatusCallback"))
    return Answer(201, orjson.dumps(message_resource(message)), drop=dropped)


def check(world: World, sid: str, form: dict[str, str]) -> Answer | None:  # noqa: C901, PLR0911  (one line a rule)
    """Refuse what Twilio would refuse, in its words; None when all is well."""
    to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    callback, validity = form.get("StatusCallback", ""), form.get("ValidityPeriod", "1")
    if not to:
        return refuse(21604)
    if not E164.fullmatch(to) or to[-4:] in REFUSED_NUMBERS:
        return refuse(REFUSED_NUMBERS.get(to[-4:], 21211), to)
    if not sender and not service:
        return refuse(21603)
    if sender and not SENDER.fullmatch(sender):
        return refuse(21212, sender)
    if sender and world.state.numbers.get(sid) and sender not in world.state.numbers[sid]:
        return refuse(21606, sender)
    if service and not SERVICE.fullmatch(service):
        return refuse(20404, service)
    if to == sender:
        return refuse(21266, to)
    if not form.get("Body", "").strip():
        return refuse(21602)
    if len(form["Body"]) > LONGEST_BODY:
        return refuse(21617)
    if callback and not is_url(callback):
        return refuse(21609, callback)
    if not validity.isdigit() or not 1 <= int(validity) <= LONGEST_VALIDITY:
        return refuse(20001, "ValidityPeriod")
    return refuse(21610) if f"{sid} {sender or service} {to}" in world.state.stopped else None


def is_url(text: str) -> bool:
    """Tell whether this is an absolute http address."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


@guarded
def list_messages(world: World, request: Request, sid: str) -> Answer:
    """GET Messages.json: newest first, by To, From and DateSent, in pages."""
    asked = {name: values[-1] for name, values in parse_qs(request.query).items()}
    size, page = asked.get("PageSize", "50"), asked.get("Page", "0")
    if not size.isdigit() or not 1 <= int(size) <= 1000 or not page.isdigit():
        return refuse(20001, "PageSize")
    hidden_after = time.time() - world.state.faults.list_lag_ms / 1000
    found = [
        message
        for message in candidates(world, asked.get("To"))
        if message.account == sid and message.at <= hidden_after and matches(message, asked)
    ]
    return Answer(200, orjson.dumps(list_page(sid, found, asked, int(page), int(size))))


def candidates(world: World, to: str | None) -> Iterable[Message]:
    """Return the texts that may match, newest first: by number there is an index."""
    if to is None:
        return world.ledger.newest("sms")
    outbound = world.ledger.people["sms"].get(to, [])
    return reversed(outbound) if outbound else (m for m in world.ledger.newest("sms") if m.to == to)


def matches(message: Message, asked: dict[str, str]) -> bool:
    """Apply the filters; a message that was not sent yet has no DateSent and meets none of them."""
    if asked.get("To", message.to) != message.to or asked.get("From", message.from_) != message.from_:
        return False
    day = message.when.date().isoformat() if message.status not in ("accepted", "queued") else None
    on, until, since = asked.get("DateSent"), asked.get("DateSent<"), asked.get("DateSent>")
    if day is None:
        return not (on or until or since)
    return (
        (not on or day == on[:10]) and (not until or day <= until[:10]) and (not since or day >= since[:10])
    )


@guarded
def fetch_message(world: World, request: Request, sid: str) -> Answer:
    """GET Messages/SM….json."""
    message_sid = request.path.rpartition("/")[2].removesuffix(".json")
    message = world.ledger.by_sid.get(message_sid)
    if message is None or message.account != sid:
        return refuse(20404, request.path)
    return Answer(200, orjson.dumps(message_resource(message)))


@guarded
def fetch_account(_world: World, _request: Request, sid: str) -> Answer:
    """GET Accounts/AC….json: proves the credentials."""
    return Answer(200, orjson.dumps(account_resource(sid)))
