"""SendGrid's signed event webhook: what became of each e-mail, in batches."""

import asyncio
import base64
import os
import time
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from app.simulator.courier import Parcel
from app.simulator.ledger import Message
from app.simulator.world import World

LARGEST_BATCH = 500
RETRY_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 120.0, 300.0, 600.0)

BOUNCE = {
    "event": "bounce",
    "type": "bounce",
    "status": "5.1.1",
    "reason": "550 5.1.1 The email account that you tried to reach does not exist.",
}
DROPPED = {"event": "dropped", "reason": "Bounced Address"}
DELIVERED = {"event": "delivered", "response": "250 2.0.0 OK simulated"}
PROCESSED = {"event": "processed"}


def fate(address: str) -> list[dict[str, str]]:
    """Return an address's events: `bounce…@` bounces, `dropped…@` is not sent, all others arrive."""
    if address.startswith("dropped"):
        return [DROPPED]
    return [PROCESSED, BOUNCE if address.startswith("bounce") else DELIVERED]


def report_progress(world: World, key: str, accepted: list[tuple[Message, dict[str, str]]]) -> None:
    """Let each mail become processed, then delivered or bounced, in two batches of events."""
    pause = world.state.faults.callback_delay_ms / 1000
    url = world.state.webhooks.get(key)
    loop = asyncio.get_running_loop()
    for number in (0, 1):
        loop.call_later((number + 1) * pause, advance, world, url, accepted, number)


def advance(
    world: World, url: str | None, accepted: list[tuple[Message, dict[str, str]]], number: int
) -> None:
    """Move the mails of one call one step on, and tell the webhook that was set when it came."""
    events = []
    for message, args in accepted:
        steps = fate(message.to)
        if number < len(steps):
            message.status, message.updated = steps[number]["event"], time.time()
            events.append(event(message, args, steps[number]))
    if not url or not world.state.faults.callbacks:
        return
    for start in range(0, len(events), LARGEST_BATCH):
        post_signed(world, url, events[start : start + LARGEST_BATCH])


def event(message: Message, args: dict[str, str], step: dict[str, str]) -> dict[str, Any]:
    """Return one event, the mail's own arguments beside SendGrid's."""
    return {
        **args,
        "email": message.to,
        "timestamp": int(time.time()),
        "smtp-id": f"<{message.sid.partition('.')[0]}@simulator>",
        "sg_event_id": base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("="),
        "sg_message_id": message.sid,
        **step,
    }


def post_signed(world: World, url: str, events: list[dict[str, Any]]) -> None:
    """Sign a batch (ECDSA P-256 over timestamp and body) and hand it to the courier."""
    body = orjson.dumps(events)
    timestamp = str(int(time.time()))
    signature = world.sendgrid_key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "SendGrid Event API",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
    world.courier.post(Parcel(url, body, headers, RETRY_WAITS))
