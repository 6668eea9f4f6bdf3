"""SendGrid's `POST /v3/mail/send`: checks a mail, fills in its substitutions, puts it into mailboxes."""

import base64
import os
import time
from typing import Any

import orjson

from app.simulator.ledger import Message
from app.simulator.sendgrid_events import report_progress
from app.simulator.sendgrid_rules import Problem, problems
from app.simulator.server import Answer, Request, too_large
from app.simulator.world import World, name_of_key

HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"
GRANT = "The provided authorization grant is invalid, expired, or revoked"
LARGEST_MAIL = 30_000_000


def send_mail(world: World, request: Request) -> Answer:
    """Take a mail to up to 1,000 people, or say everything that is wrong with it."""
    answer = consider(world, request)
    answer.delay = world.latency
    return answer


def consider(world: World, request: Request) -> Answer:  # noqa: PLR0911  (one line a rule)
    """Check the key, the kind, the size and the content, in the order of the real one."""
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not world.knows_api_key(key):
        return errors(401, [Problem(GRANT)])
    if world.is_nth("too_many", world.state.faults.too_many_every):
        return errors(429, [Problem("too many requests")], {"X-RateLimit-Reset": str(int(time.time()) + 1)})
    if world.is_nth("error", world.state.faults.error_every):
        return errors(500, [Problem("Internal Server Error")])
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return errors(415, [Problem("Content-Type should be application/json.")])
    if len(request.body) > LARGEST_MAIL:
        return too_large()
    try:
        mail = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return errors(400, [Problem("Bad Request")])
    found = problems(mail)
    if found:
        world.counts["refused_email"] += 1
        return errors(400, found)
    return accept(world, key, mail)


def accept(world: World, key: str, mail: dict[str, Any]) -> Answer:
    """Note one entry for each person and answer 202 with the id they share."""
    message_id = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    dropped = world.drops()
    accepted = []
    for number, personalization in enumerate(mail["personalizations"]):
        args = {**mail.get("custom_args", {}), **personalization.get("custom_args", {})}
        details = rendered(mail, personalization) | {"args": args, "dropped": dropped}
        people = [*personalization["to"], *personalization.get("cc", []), *personalization.get("bcc", [])]
        for place, person in enumerate(people):
            message = Message(
                channel="email",
                direction="out",
                sid=f"{message_id}.sim-{number}-{place}",
                account=name_of_key(key),
                to=person["email"].lower(),
                from_=(personalization.get("from") or mail["from"])["email"],
                body=details["subject"],
                at=time.time(),
                status="processed",
            )
            world.ledger.add(message, **details)
            accepted.append((message, args))
    report_progress(world, key, accepted)
    headers = {"X-Message-Id": message_id, "Access-Control-Allow-Origin": "https://sendgrid.api-docs.io"}
    return Answer(202, b"", headers=headers, drop=dropped)


def rendered(mail: dict[str, Any], personalization: dict[str, Any]) -> dict[str, Any]:
    """Fill the substitutions of one person into subject and contents."""
    pairs = list(personalization.get("substitutions", {}).items())

    def fill(text: str) -> str:
        for tag, value in pairs:
            text = text.replace(tag, value)
        return text

    contents = {content["type"]: fill(content["value"]) for content in mail["content"]}
    sender = personalization.get("from") or mail["from"]
    return {
        "subject": fill(personalization.get("subject") or mail.get("subject", "")),
        "text": contents.get("text/plain"),
        "html": contents.get("text/html"),
        "from_name": sender.get("name"),
        "reply_to": (mail.get("reply_to") or {}).get("email"),
        "headers": {**mail.get("headers", {}), **personalization.get("headers", {})},
    }


def errors(status: int, found: list[Problem], headers: dict[str, str] | None = None) -> Answer:
    """Answer with SendGrid's error body."""
    body = {
        "errors": [
            {
                "message": problem.message,
                "field": problem.field,
                "help": f"{HELP}#message.{problem.field}" if problem.field else None,
            }
            for problem in found
        ]
    }
    return Answer(status, orjson.dumps(body), headers=headers or {})


def list_scopes(world: World, request: Request) -> Answer:
    """GET /v3/scopes: proves the key without sending."""
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not world.knows_api_key(key):
        return errors(401, [Problem(GRANT)])
    return Answer(200, orjson.dumps({"scopes": ["mail.send"]}))
