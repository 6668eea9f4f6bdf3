"""Mails of the portal itself, and second factors whose removal is due."""

from flask import current_app

from app.config import Settings
from app.domain.identity import account_mails
from app.providers.build import build_email_provider
from app.providers.contract import SendGridAccount
from app.queue import JobName, answered
from app.unit_of_work import across_companies


def send_account_mails(platform: int) -> None:
    """Send the mails whose time has come: claim, hand over with no connection held, write down."""
    settings: Settings = current_app.extensions["settings"]
    answered(JobName.SEND_ACCOUNT_MAILS, platform)
    with across_companies(reason="mails of the portal to those who sign in, wherever they work"):
        claimed = account_mails.claim_mails()
    if not claimed:
        return
    provider = build_email_provider(SendGridAccount(settings.sendgrid.api_key, settings.sendgrid.base_url))
    try:
        letters = [
            account_mails.outgoing(one, home=settings.public_url, from_address=settings.platform_email)
            for one in claimed
        ]
        answers = provider.send_many(letters)
    finally:
        provider.close()
    with across_companies(reason="what became of mails of the portal"):
        account_mails.record_answers(claimed, answers)
