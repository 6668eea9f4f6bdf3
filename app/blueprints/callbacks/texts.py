"""What Twilio reports: how a text fared, and what somebody wrote back."""

from uuid import UUID

from flask import Response, request

from app.blueprints.callbacks import blueprint
from app.blueprints.callbacks.senders import company_of, refuse, signed_address, thank
from app.blueprints.doors import public, settings
from app.domain.delivery.accounts import account_sid
from app.domain.delivery.tokens import AttemptToken
from app.domain.responses.storing import store_events, store_reply
from app.domain.tenancy.companies import CompanyView
from app.providers.twilio.events import parse_inbound, parse_status
from app.providers.twilio.signature import verify
from app.unit_of_work import transaction

TWILIO = "twilio"


@blueprint.post("/twilio/<uuid:public_id>/<token>")
@public("the signature is the guard")
def create_text_status(public_id: UUID, token: str) -> Response:
    """Store one step of a text's way; its address carries the attempt it belongs to."""
    company, attempt = company_of(public_id), AttemptToken.read(token)
    if not _is_signed(company) or attempt is None or attempt.company != public_id:
        return refuse(company, TWILIO)
    event = parse_status(request.form, token)
    with transaction(company.id):
        store_events(TWILIO, "sms", [event])
    return thank(company.id)


@blueprint.post("/twilio/<uuid:public_id>/inbound")
@public("the signature is the guard")
def create_inbound_text(public_id: UUID) -> Response:
    """Store what somebody wrote to one of the company's numbers."""
    company = company_of(public_id)
    if not _is_signed(company):
        return refuse(company, TWILIO)
    inbound = parse_inbound(request.form)
    with transaction(company.id):
        store_reply(TWILIO, inbound)
    return thank(company.id)


def _is_signed(company: CompanyView) -> bool:
    """Check the signature, and that the account is this company's: one token may serve several."""
    is_ours = request.form.get("AccountSid") == account_sid(settings(), company.public_id)
    return is_ours and verify(
        signed_address(),
        request.form,
        request.headers.get("X-Twilio-Signature"),
        [settings().twilio.auth_token],
        settings=request.headers.get("X-Twilio-Webhooks-Signature-Settings"),
    )
