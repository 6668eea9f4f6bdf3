"""Codes by text to those who sign in, sent at once from their company's number."""

from uuid import uuid4

from flask import current_app

from app.config import Settings
from app.domain.delivery.accounts import Addresses, text_account
from app.domain.delivery.tokens import AttemptToken
from app.domain.identity import text_codes
from app.domain.tenancy.companies import company_by_id
from app.providers.build import build_text_provider
from app.providers.contract import Outcome, OutgoingText
from app.queue import JobName, answered
from app.unit_of_work import transaction

NO_MESSAGE = 0
"""The number of a message that is in no table: what the provider reports of it changes nothing."""


def send_text_code(company_id: int, code_id: int) -> None:
    """Claim a code, hand it over with no connection held, and write down what became of it."""
    settings: Settings = current_app.extensions["settings"]
    answered(JobName.SEND_TEXT_CODE, company_id, code_id)
    with transaction(platform=True):
        company = company_by_id(company_id)
        code = text_codes.claim_code(code_id, keys=settings.field_keys)
    if code is None:
        return
    token = AttemptToken(company.public_id, NO_MESSAGE, uuid4())
    text = OutgoingText(
        attempt_token=str(token),
        to=code.to,
        from_=company.from_phone,
        body=code.body,
        callback_url=Addresses(settings.public_url).text_status(token),
        validity_seconds=int(text_codes.LIFE.total_seconds()),
    )
    provider = build_text_provider(text_account(settings, company))
    try:
        (answer,) = provider.send_many([text])
    finally:
        provider.close()
    with transaction(platform=True):
        text_codes.note_sent(code.id, sent=answer.outcome is Outcome.ACCEPTED)
