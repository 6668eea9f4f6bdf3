"""Puts claimed rows into a provider's words, hands them over, and puts its answers back into ours.

Nothing here touches the database: it runs while no connection is held.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.config import Settings
from app.domain.delivery.accounts import Addresses, email_account, text_account
from app.domain.delivery.claiming import Claimed
from app.domain.delivery.tokens import AttemptToken
from app.domain.tenancy.companies import CompanyView
from app.domain.tenancy.senders import html_for, sending_address
from app.providers.build import build_email_provider, build_text_provider
from app.providers.contract import HandedOver, OutgoingEmail, OutgoingText


@dataclass(frozen=True, slots=True)
class Handover:
    """What the provider said of one claimed row."""

    claimed: Claimed
    answer: HandedOver


@dataclass(frozen=True, slots=True)
class Courier:
    """Hands a company's rows of one channel over; keeps its connections until closed."""

    carry: Callable[[Sequence[Claimed], float], list[HandedOver]]
    close: Callable[[], None]

    def hand_over(self, claimed: Sequence[Claimed], *, within: float) -> list[Handover]:
        """Hand each over at most once, beginning none after `within` seconds; nothing is raised."""
        if not claimed:
            return []
        answers = self.carry(claimed, max(0.0, within))
        return [Handover(one, answer) for one, answer in zip(claimed, answers, strict=True)]


def build_courier(settings: Settings, company: CompanyView, channel: str) -> Courier:
    """Return what carries this company's texts or e-mails."""
    if channel == "email":
        emails = build_email_provider(email_account(settings))
        return Courier(
            lambda claimed, within: emails.send_many(
                [_email(company, settings.mail_domain, one) for one in claimed], give_up_after=within
            ),
            emails.close,
        )
    texts = build_text_provider(text_account(settings, company, concurrency=settings.delivery.in_flight // 2))
    addresses = Addresses(settings.public_url)
    return Courier(
        lambda claimed, within: texts.send_many(
            [_text(company.public_id, addresses, one) for one in claimed], give_up_after=within
        ),
        texts.close,
    )


def _text(company: UUID, addresses: Addresses, one: Claimed) -> OutgoingText:
    token = AttemptToken(company, one.message_id, one.attempt_id)
    return OutgoingText(
        attempt_token=str(token),
        to=one.to_address,
        from_=one.from_address,
        body=one.message_data["body"],
        callback_url=addresses.text_status(token),
        validity_seconds=one.closes_in,
    )


def _email(company: CompanyView, our_domain: str, one: Claimed) -> OutgoingEmail:
    """Put an e-mail into the provider's words, with no more than the company's tier allows now."""
    sender = sending_address(one.from_address, alias=company.alias, tier=company.tier, our_domain=our_domain)
    return OutgoingEmail(
        attempt_token=str(AttemptToken(company.public_id, one.message_id, one.attempt_id)),
        to=one.to_address,
        from_address=sender,
        from_name=company.shown_name,
        reply_to=one.reply_to,
        subject=one.message_data["subject"],
        text=one.message_data["body"],
        html=html_for(one.message_data.get("html"), tier=company.tier),
    )
