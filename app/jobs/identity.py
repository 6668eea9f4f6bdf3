"""Mails of the portal itself, rung by the queue or the clock."""

from collections.abc import Sequence

from flask import current_app

from app.config import Settings
from app.domain.identity import account_mails, resets
from app.domain.identity.account_mails import Claimed
from app.providers.build import build_email_provider
from app.providers.contract import SendGridAccount
from app.queue import JobName, answered
from app.unit_of_work import across_companies


def send_account_mails(company_id: int) -> None:
    """Send the mails whose time has come: claim, hand over with no connection held, write down.

    They are of no company: `company_id` is the platform's.
    """
    settings: Settings = current_app.extensions["settings"]
    answered(JobName.SEND_ACCOUNT_MAILS, company_id)
    with across_companies(reason="mails of the portal to those who sign in, wherever they work"):
        claimed = account_mails.claim_mails()
        asked = [one for one in claimed if one.kind == resets.ASKED]
    for one in asked:
        with across_companies(reason="who asked for a new password may work anywhere"):
            resets.answer(one)
    letters = [one for one in claimed if one not in asked]
    if letters:
        _send(settings, letters)


def _send(settings: Settings, mails: Sequence[Claimed]) -> None:
    provider = build_email_provider(SendGridAccount(settings.sendgrid.api_key, settings.sendgrid.base_url))
    try:
        answers = provider.send_many(
            [
                account_mails.outgoing(one, home=settings.public_url, from_address=settings.platform_email)
                for one in mails
            ]
        )
    finally:
        provider.close()
    with across_companies(reason="what became of mails of the portal"):
        account_mails.record_answers(mails, answers)
