"""With which account each company sends, at which address providers report to us, and the demo's stand-in.

In the demo every company has an account of its own at the simulator; in production the settings name one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID

import orjson

from app.config import Settings
from app.domain.delivery.tokens import AttemptToken
from app.domain.tenancy.companies import CompanyView
from app.providers.contract import SendGridAccount, TwilioAccount

RETRIES = "#rc=3&rp=ct,rt,5xx"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where providers report to, below the public address."""

    public_url: str

    def text_status(self, token: AttemptToken) -> str:
        """Return where the fate of one text is reported; the fragment asks Twilio to try again."""
        return f"{self.public_url}/callbacks/twilio/{token.company}/{token}{RETRIES}"

    def inbound_text(self, company: UUID) -> str:
        """Return where texts to a company's numbers are reported."""
        return f"{self.public_url}/callbacks/twilio/{company}/inbound"

    def email_events(self, company: UUID) -> str:
        """Return where the events of e-mails are reported."""
        return f"{self.public_url}/callbacks/sendgrid/{company}"


def text_account(settings: Settings, company: CompanyView, *, concurrency: int = 200) -> TwilioAccount:
    """Return the account the company's texts go through."""
    sid = account_sid(settings, company.public_id)
    return TwilioAccount(
        sid, settings.twilio.auth_token, settings.twilio.base_url, concurrency=max(1, concurrency)
    )


def account_sid(settings: Settings, company: UUID) -> str:
    """Return the SID that the company's callbacks must name."""
    return f"AC{company.hex}" if settings.is_demo else settings.twilio.account_sid


def email_account(settings: Settings) -> SendGridAccount:
    """Return the account e-mails go through, which the companies share."""
    return SendGridAccount(settings.sendgrid.api_key, settings.sendgrid.base_url)


def email_events_key(settings: Settings) -> str:
    """Return the public key that signs e-mail events; the demo asks the simulator where none is set."""
    if settings.sendgrid.public_key or settings.sendgrid.base_url is None:
        return settings.sendgrid.public_key
    return _simulator_key(settings.sendgrid.base_url)


def register_with_simulator(settings: Settings, company: CompanyView) -> None:
    """Tell the simulator where a company's replies and e-mail events go; raises OSError when it is away."""
    if settings.twilio.base_url is None or settings.sendgrid.base_url is None:
        return
    addresses = Addresses(settings.public_url)
    _ask(
        f"{settings.twilio.base_url}/_sim/twilio/inbound",
        {
            "account_sid": account_sid(settings, company.public_id),
            "url": addresses.inbound_text(company.public_id),
        },
    )
    _ask(
        f"{settings.sendgrid.base_url}/_sim/sendgrid/webhook",
        {"api_key": settings.sendgrid.api_key, "url": addresses.email_events(company.public_id)},
    )


@lru_cache(maxsize=4)
def _simulator_key(base_url: str) -> str:
    return str(_ask(f"{base_url}/_sim/keys")["sendgrid_public_key"])


def _ask(url: str, body: dict[str, str] | None = None) -> Any:
    data = None if body is None else orjson.dumps(body)
    json = {"Content-Type": "application/json"}
    request = Request(url, data, json)  # noqa: S310  (the demo's loopback)
    with urlopen(request, timeout=5) as answer:  # noqa: S310  (as above)
        return orjson.loads(answer.read())
