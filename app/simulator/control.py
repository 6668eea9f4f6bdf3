"""What tests, the demo and the curious ask of the simulator itself, below `/_sim/`."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

import orjson

from app.simulator.server import Answer, Request
from app.simulator.twilio_api import is_url
from app.simulator.twilio_callbacks import receive_reply
from app.simulator.world import World, public_key


def said(status: int, body: Any) -> Answer:
    """Answer in JSON."""
    return Answer(status, orjson.dumps(body))


def given(*required: str) -> Callable[[Callable[[World, dict[str, Any]], Answer]], Callable[..., Answer]]:
    """Read a JSON object and insist on the named texts in it."""

    def wrap(handle: Callable[[World, dict[str, Any]], Answer]) -> Callable[..., Answer]:
        def read(world: World, request: Request) -> Answer:
            try:
                body = orjson.loads(request.body or b"{}")
            except orjson.JSONDecodeError:
                return said(400, {"error": "The body must be JSON."})
            if not isinstance(body, dict):
                return said(400, {"error": "The body must be a JSON object."})
            missing = [name for name in required if not isinstance(body.get(name), str) or not body[name]]
            if missing:
                return said(400, {"error": f"Say {', '.join(missing)}."})
            if "url" in required and not is_url(body["url"]):
                return said(400, {"error": "The url must begin with http:// or https://."})
            return handle(world, body)

        return read

    return wrap


@given()
def change_settings(world: World, body: dict[str, Any]) -> Answer:
    """POST /_sim/settings: change faults while running; an empty object only shows them."""
    wrong = world.state.change_faults(body)
    return said(400, {"error": " ".join(wrong)}) if wrong else said(200, asdict(world.state.faults))


def show_settings(world: World, _request: Request) -> Answer:
    """GET /_sim/settings."""
    return said(200, asdict(world.state.faults))


@given("sid", "token")
def register_account(world: World, body: dict[str, Any]) -> Answer:
    """POST /_sim/accounts {sid, token, numbers?}: with numbers, no other From is allowed."""
    world.state.accounts[body["sid"]] = body["token"]
    world.state.numbers[body["sid"]] = [str(number) for number in body.get("numbers", [])]
    world.state.save()
    return said(200, {"sid": body["sid"]})


@given("api_key", "url")
def register_webhook(world: World, body: dict[str, Any]) -> Answer:
    """POST /_sim/sendgrid/webhook {api_key, url}: where the events of this key's mails go."""
    world.state.webhooks[body["api_key"]] = body["url"]
    world.state.save()
    return said(200, {"url": body["url"]})


@given("account_sid", "url")
def register_inbound(world: World, body: dict[str, Any]) -> Answer:
    """POST /_sim/twilio/inbound {account_sid, url, number?}: where texts to a number, or to all, go."""
    world.state.inbound[str(body.get("number") or body["account_sid"])] = body["url"]
    world.state.save()
    return said(200, {"url": body["url"]})


@given("account_sid", "from", "to", "body")
def send_inbound(world: World, body: dict[str, Any]) -> Answer:
    """POST /_sim/twilio/replies {account_sid, from, to, body}: a simulated person writes."""
    message = receive_reply(
        world, account=body["account_sid"], person=body["from"], number=body["to"], body=body["body"]
    )
    return said(201, {"sid": message.sid})


def show_keys(world: World, _request: Request) -> Answer:
    """GET /_sim/keys: the public key of the event webhook, as SendGrid's settings page shows it."""
    return said(200, {"sendgrid_public_key": public_key(world.sendgrid_key)})


def show_ledger(world: World, request: Request) -> Answer:
    """GET /_sim/ledger?channel=&to=&limit=: whole entries, oldest first, of those in memory."""
    asked = {name: values[-1] for name, values in parse_qs(request.query).items()}
    limit = int(asked["limit"]) if asked.get("limit", "").isdigit() else None
    wanted = [
        message
        for message in world.ledger.newest(asked.get("channel"))
        if asked.get("to", message.to) == message.to
    ][:limit]
    return said(200, {"entries": [world.ledger.entry(message) for message in reversed(wanted)]})


def show_counts(world: World, _request: Request) -> Answer:
    """GET /_sim/ledger/counts: how many, to how many, and how the callbacks fare."""
    counts: dict[str, Any] = {"callbacks": {**world.courier.counts, "waiting": world.courier.waiting}}
    for channel in ("sms", "email"):
        outbound = [message.to for message in world.ledger.newest(channel) if message.direction == "out"]
        counts[channel] = {
            "accepted": len(outbound),
            "people": len(set(outbound)),
            "refused": world.counts[f"refused_{channel}"],
        }
    counts["dropped"] = world.counts["dropped"]
    return said(200, counts)
