"""What SendGrid reports: batches of events, each with the attempt it belongs to."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
from flask import Response, request

from app.blueprints.callbacks import blueprint
from app.blueprints.callbacks.senders import company_of, refuse, thank
from app.blueprints.doors import public, settings
from app.domain.delivery.accounts import email_events_key
from app.domain.delivery.tokens import AttemptToken
from app.domain.responses.storing import store_events
from app.errors import NotFound, Rejected
from app.providers.contract import ProviderEvent
from app.providers.sendgrid.events import parse_events
from app.providers.sendgrid.signature import verify
from app.queue import JobName, ring_once
from app.unit_of_work import transaction

SENDGRID = "sendgrid"
LARGEST = 5 * 1024 * 1024


@blueprint.post("/sendgrid/<uuid:public_id>")
@public("the signature is the guard")
def create_email_events(public_id: UUID) -> Response:
    """Store a batch of events, each with the company its token names: companies share one account."""
    request.max_content_length = LARGEST
    company, body = company_of(public_id), request.get_data(cache=True)
    timestamp = request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp")
    signature = request.headers.get("X-Twilio-Email-Event-Webhook-Signature")
    if not verify(body, timestamp, signature, email_events_key(settings())):
        return refuse(company, SENDGRID)
    for owner, events in _by_company(parse_events(_read(body))).items():
        _store(owner, events)
    return thank(company.id)


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Rejected("Events come as JSON.") from problem


def _by_company(events: Sequence[ProviderEvent]) -> dict[UUID, list[ProviderEvent]]:
    """Sort events by company; one without a token of ours speaks of an e-mail that is not ours."""
    sorted_events: dict[UUID, list[ProviderEvent]] = defaultdict(list)
    for event in events:
        token = AttemptToken.read(event.attempt_token)
        if token is not None:
            sorted_events[token.company].append(event)
    return sorted_events


def _store(public_id: UUID, events: Sequence[ProviderEvent]) -> None:
    try:
        owner = company_of(public_id)
    except NotFound:
        return
    with transaction(owner.id):
        store_events(SENDGRID, "email", events)
    ring_once(JobName.APPLY_UPDATES, owner.id)
