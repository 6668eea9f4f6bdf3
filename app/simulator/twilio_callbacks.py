"""Twilio's signed callbacks: how a text fares, and what a simulated person answers."""

import asyncio
import base64
import hashlib
import hmac
import os
import time
from urllib.parse import parse_qs, urlencode

from defusedxml import ElementTree  # type: ignore[import-untyped]

from app.simulator.courier import Parcel
from app.simulator.ledger import Message
from app.simulator.twilio_resource import API_VERSION, ERRORS, segments
from app.simulator.world import World

FAILING_NUMBERS = {"0001": 30003, "0003": 30006}
"""Numbers with these endings take a text and then do not receive it."""

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

RETRY_WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)


def report_progress(world: World, message: Message, callback: str | None) -> None:
    """Let a text become sent, then delivered or undelivered, telling its callback each time."""
    error = FAILING_NUMBERS.get(message.to[-4:])
    steps = ["queued"] if message.service else []
    steps += ["sent", "undelivered" if error else "delivered"]
    pause = world.state.faults.callback_delay_ms / 1000
    loop = asyncio.get_running_loop()
    for number, status in enumerate(steps, start=1):
        loop.call_later(number * pause, advance, world, message, status, error, callback)


def advance(world: World, message: Message, status: str, error: int | None, callback: str | None) -> None:
    """Move a text one step on."""
    message.status, message.updated = status, time.time()
    if status == "undelivered":
        message.error = error
    if callback and world.state.faults.callbacks:
        post_signed(world, message.account, callback, status_params(message))


def status_params(message: Message) -> dict[str, str]:
    """Return the form of a status callback."""
    params = {
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "AccountSid": message.account,
        "To": message.to,
        "ApiVersion": API_VERSION,
    }
    if message.from_:
        params["From"] = message.from_
    if message.service:
        params["MessagingServiceSid"] = message.service
    if message.error:
        params |= {"ErrorCode": str(message.error), "ErrorMessage": ERRORS[message.error]}
    return params


def receive_reply(world: World, *, account: str, person: str, number: str, body: str) -> Message:
    """A simulated person answers: note it, keep or lift their STOP, and tell the portal."""
    now = time.time()
    message = Message(
        "sms", "in", "SM" + os.urandom(16).hex(), account, number, person, body, now, "received"
    )
    message.updated = now
    world.ledger.add(message)
    word = body.strip().upper()
    opt_out = next((n for n, w in OPT_OUT_TYPES.items() if word in w), None)
    remember_opt_out(world, f"{account} {number} {person}", opt_out)
    url = world.state.inbound.get(number) or world.state.inbound.get(account)
    if url:
        post_signed(world, account, url, inbound_params(message, opt_out), answered=True)
    return message


OPT_OUT_TYPES = {"STOP": STOP_WORDS, "START": START_WORDS, "HELP": HELP_WORDS}


def remember_opt_out(world: World, key: str, opt_out: str | None) -> None:
    """Refuse further texts to a person who said STOP, until they say START."""
    if opt_out == "STOP":
        world.state.stopped.add(key)
    elif opt_out == "START":
        world.state.stopped.discard(key)
    if opt_out:
        world.state.save()


def inbound_params(message: Message, opt_out: str | None) -> dict[str, str]:
    """Return the form of an incoming text; the place names are empty, as for a number nobody knows."""
    is_service = message.to.startswith("MG")
    return {
        "ToCountry": "US",
        "ToState": "",
        "ToCity": "",
        "ToZip": "",
        "FromCountry": "US",
        "FromState": "",
        "FromCity": "",
        "FromZip": "",
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageSid": message.sid,
        "SmsStatus": "received",
        "NumMedia": "0",
        "NumSegments": str(segments(message.body)),
        "Body": message.body,
        "From": message.from_,
        "To": SERVICE_NUMBER if is_service else message.to,
        "AccountSid": message.account,
        "ApiVersion": API_VERSION,
        **({"MessagingServiceSid": message.to} if is_service else {}),
        **({"OptOutType": opt_out} if opt_out else {}),
    }


SERVICE_NUMBER = "+15005550006"
"""The number a Messaging Service sends from; one of Twilio's own test numbers."""


def post_signed(
    world: World, account: str, url: str, params: dict[str, str], *, answered: bool = False
) -> None:
    """Sign a form with the account's token and hand it to the courier."""
    address, _, fragment = url.partition("#")
    headers = {
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "X-Twilio-Signature": sign(world.token_of(account) or "", address, params),
        "I-Twilio-Idempotency-Token": os.urandom(16).hex(),
    }
    tries, retry_on_status = retry_policy(fragment)
    then = (lambda body: reply_in_answer(world, account, params, body)) if answered else None
    world.courier.post(
        Parcel(address, urlencode(params).encode(), headers, RETRY_WAITS[:tries], retry_on_status, then=then)
    )


def sign(token: str, url: str, params: dict[str, str]) -> str:
    """Return X-Twilio-Signature: HMAC-SHA1 over the address and the sorted names and values."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def retry_policy(fragment: str) -> tuple[int, bool]:
    """Read `#rc=3&rp=ct,5xx`: how many retries (one by default), and whether also after an answer."""
    asked = {name: values[-1] for name, values in parse_qs(fragment).items()}
    count = asked.get("rc", "1")
    when = asked.get("rp", "ct").split(",")
    return (min(int(count), 5) if count.isdigit() else 1), bool({"5xx", "all"} & set(when))


def reply_in_answer(world: World, account: str, params: dict[str, str], body: bytes) -> None:
    """Deliver the texts of a TwiML answer, `<Response><Message>…`, to the person who wrote."""
    if b"<Message" not in body:
        return
    try:
        tree = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return
    for element in tree.iter("Message"):
        text = "".join(element.itertext()).strip()
        now = time.time()
        reply = Message(
            "sms",
            "out",
            "SM" + os.urandom(16).hex(),
            account,
            params["From"],
            params["To"],
            text,
            now,
            "delivered",
        )
        reply.updated = now
        world.ledger.add(reply, reply_to=params["MessageSid"])
