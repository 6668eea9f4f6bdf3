"""The simulator's table of addresses."""

import re
import traceback
from collections.abc import Callable
from typing import Any

from app.simulator import control, pages, sendgrid_api, twilio_api
from app.simulator.server import Answer, Request
from app.simulator.twilio_errors import refuse
from app.simulator.world import World

ACCOUNT = r"/2010-04-01/Accounts/([^/.]+)"

ROUTES: tuple[tuple[str, re.Pattern[str], Callable[..., Answer]], ...] = tuple(
    (method, re.compile(pattern), handle)
    for method, pattern, handle in (
        ("POST", rf"{ACCOUNT}/Messages\.json", twilio_api.create_message),
        ("POST", r"/v3/mail/send", sendgrid_api.send_mail),
        ("GET", rf"{ACCOUNT}/Messages\.json", twilio_api.list_messages),
        ("GET", rf"{ACCOUNT}/Messages/[^/]+\.json", twilio_api.fetch_message),
        ("GET", rf"{ACCOUNT}\.json", twilio_api.fetch_account),
        ("GET", r"/v3/scopes", sendgrid_api.list_scopes),
        ("GET", r"/_sim/settings", control.show_settings),
        ("POST", r"/_sim/settings", control.change_settings),
        ("POST", r"/_sim/accounts", control.register_account),
        ("POST", r"/_sim/sendgrid/webhook", control.register_webhook),
        ("POST", r"/_sim/twilio/inbound", control.register_inbound),
        ("POST", r"/_sim/twilio/replies", control.send_inbound),
        ("GET", r"/_sim/keys", control.show_keys),
        ("GET", r"/_sim/ledger", control.show_ledger),
        ("GET", r"/_sim/ledger/counts", control.show_counts),
        ("GET", r"/_sim/static/([a-z]+\.(?:css|js))", pages.show_file),
        ("GET", r"/", pages.show_home),
        ("GET", r"/phones/([^/]+)", pages.show_phone),
        ("POST", r"/phones/([^/]+)/replies", pages.reply),
        ("GET", r"/mailboxes/([^/]+)", pages.show_mailbox),
        ("GET", r"/mails/([^/]+)", pages.show_mail),
        ("GET", r"/mails/([^/]+)/html", pages.show_mail_html),
    )
)


def answer(world: World, request: Request) -> Answer:
    """Find the handler of a request and let it answer; a fault of ours is a 500, not a lost connection."""
    known_path = False
    for method, pattern, handle in ROUTES:
        found = pattern.fullmatch(request.path)
        if found and method == request.method:
            return call(handle, world, request, *found.groups())
        known_path = known_path or found is not None
    if request.path.startswith("/2010-04-01/"):
        return refuse(20004 if known_path else 20404, request.path)
    if known_path:
        return Answer(405, b'{"error":"method not allowed"}')
    return pages.page("missing.html", status=404)


def call(handle: Callable[..., Answer], world: World, request: Request, *groups: Any) -> Answer:
    """Call a handler; show what went wrong on the terminal, where whoever runs the simulator looks."""
    try:
        return handle(world, request, *groups)
    except Exception:
        traceback.print_exc()
        return refuse(20500)
