"""The page for people: simulated phones and mailboxes, newest first, and a box to answer a text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.simulator.ledger import Message
from app.simulator.server import Answer, Request
from app.simulator.twilio_callbacks import SERVICE_NUMBER, receive_reply
from app.simulator.world import World

ROOM = Path(__file__).parent
PAGE_SIZE = 50
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

templates = Environment(
    loader=FileSystemLoader(ROOM / "templates"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters["path"] = lambda text: quote(text, safe="")


def show_home(world: World, request: Request) -> Answer:
    """GET /: phones and mailboxes, found by a part of the number, address or last message."""
    asked = parse_qs(request.query)
    words = asked.get("q", [""])[-1].strip()
    lists = {channel: [*find_people(world, channel, words)] for channel in ("sms", "email")}
    totals = {channel: len(people) for channel, people in world.ledger.people.items()}
    return page("home.html", q=words, phones=lists["sms"], mailboxes=lists["email"], totals=totals)


def find_people(world: World, channel: str, words: str) -> Iterator[tuple[str, Message, int]]:
    """Go through the people with a message, newest first: who, their last message, how many."""
    shown = 0
    wanted = words.lower()
    for person, messages in reversed(world.ledger.people[channel].items()):
        last = messages[-1]
        if wanted and wanted not in person and wanted not in last.body.lower():
            continue
        yield person, last, len(messages)
        shown += 1
        if shown == PAGE_SIZE:
            return


def show_phone(world: World, _request: Request, number: str) -> Answer:
    """GET /phones/+1…: the conversation as bubbles, and a box to answer."""
    number = unquote(number)
    messages = world.ledger.people["sms"].get(number, [])
    senders = list(dict.fromkeys(their_number(message) for message in reversed(messages)))
    return page("phone.html", number=number, messages=messages[-200:], senders=senders)


def their_number(message: Message) -> str:
    """Return our side of a text: the number or the Messaging Service."""
    return (message.service or message.from_) if message.direction == "out" else message.to


def reply(world: World, request: Request, number: str) -> Answer:
    """POST /phones/+1…/replies: the person answers."""
    number = unquote(number)
    if not from_own_page(request):
        return Answer(403, b"Replies come from the simulator's own page.", "text/plain")
    form = {name: values[-1] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    messages = world.ledger.people["sms"].get(number, [])
    sender = form.get("to") or next((their_number(m) for m in reversed(messages)), SERVICE_NUMBER)
    account = next((m.account for m in reversed(messages) if their_number(m) == sender), None)
    if account and form.get("body", "").strip():
        receive_reply(world, account=account, person=number, number=sender, body=form["body"].strip())
    return Answer(303, headers={"Location": f"/phones/{quote(number, safe='')}#last"})


def from_own_page(request: Request) -> bool:
    """Tell whether a form was sent by our page and not by some other one in the same browser."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


def show_mailbox(world: World, _request: Request, address: str) -> Answer:
    """GET /mailboxes/somebody@…: what arrived there, newest first."""
    address = unquote(address).lower()
    messages = world.ledger.people["email"].get(address, [])
    return page("mailbox.html", address=address, messages=messages[: -PAGE_SIZE - 1 : -1])


def show_mail(world: World, _request: Request, sid: str) -> Answer:
    """GET /mails/<id>: one e-mail, its HTML in a frame that may do nothing."""
    message = world.ledger.by_sid.get(unquote(sid))
    if message is None or message.channel != "email":
        return page("missing.html", status=404)
    return page("mail.html", message=message, entry=world.ledger.entry(message))


def show_mail_html(world: World, _request: Request, sid: str) -> Answer:
    """GET /mails/<id>/html: what the frame shows; no script, no request to anywhere."""
    message = world.ledger.by_sid.get(unquote(sid))
    html = world.ledger.entry(message).get("html") if message and message.channel == "email" else None
    return Answer(
        200, (html or "").encode(), "text/html; charset=utf-8", {"Content-Security-Policy": MAIL_POLICY}
    )


def show_file(_world: World, _request: Request, name: str) -> Answer:
    """GET /_sim/static/…: the style sheet and the poll script."""
    file = ROOM / "static" / name
    if not file.is_file():
        return page("missing.html", status=404)
    return Answer(200, file.read_bytes(), KINDS[file.suffix], {"Cache-Control": "no-cache"})


def page(template: str, status: int = 200, **values: Any) -> Answer:
    """Render a page under a policy that lets nothing in from elsewhere."""
    body = templates.get_template(template).render(**values).encode()
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    return Answer(status, body, "text/html; charset=utf-8", headers)
