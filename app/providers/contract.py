"""What every provider takes and gives, in our own words; nothing here knows a provider's wire format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """What an answer of the provider means for the message, the person and the company."""

    ACCEPTED = "accepted"  # the provider has it and gave it an id
    RETRY = "retry"  # never processed; sending it again is safe
    AMBIGUOUS = "ambiguous"  # it may have been processed: look it up, never send it again blindly
    SUPPRESS = "suppress"  # final for this number or address
    REFUSED = "refused"  # final for this message
    SOFT = "soft"  # not now; a new attempt later may succeed
    STOP_COMPANY = "stop_company"  # the account cannot send; pause the company and tell someone


class EventStatus(StrEnum):
    """How far a message came, in our words; NOTED changes no status (opened, deferred, unsubscribed)."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A provider's code in plain words, and what a person can do about it."""

    outcome: Outcome
    words: str
    advice: str


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text of at most 1,600 characters; `to` in E.164, `from_` too or a Messaging Service SID.

    The provider drops the text when it could not be handed on within `validity_seconds`.
    """

    attempt_token: str
    to: str
    from_: str
    body: str
    callback_url: str
    validity_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """One e-mail to one person, already rendered."""

    attempt_token: str
    to: str
    from_address: str
    from_name: str
    reply_to: str | None
    subject: str
    text: str
    html: str | None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of one attempt. `code` is the provider's, or one of ours in lower case (`read_timeout`)."""

    attempt_token: str
    outcome: Outcome
    provider_id: str | None
    code: str | None
    description: str


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message as the provider lists it; `status` is the provider's own word."""

    provider_id: str
    to: str
    from_: str
    body: str
    created_at: datetime
    status: str


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something a provider told us later. `event_id` is the same when the same thing is told again."""

    event_id: str
    attempt_token: str | None
    provider_id: str | None
    status: str
    code: str | None
    description: str
    at: datetime | None
    raw: Mapping[str, Any]
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text sent to one of our numbers. `opt_out` is STOP, START or HELP where the provider says so."""

    provider_id: str
    account_sid: str
    from_: str
    to: str
    body: str
    opt_out: str | None
    raw: Mapping[str, Any]


class CannotAsk(Exception):  # noqa: N818  (reads as what happened)
    """The provider could not be asked: nothing is known, which is not the same as nothing found."""


class TextProvider(Protocol):
    """Hands texts over, one call each, many at a time over kept-alive connections."""

    def send_many(
        self, messages: Sequence[OutgoingText], *, give_up_after: float | None = None
    ) -> list[HandedOver]:
        """Hand each over once, in any order; answers come in the order of `messages`, and nothing is raised.

        After `give_up_after` seconds no further request is begun: those messages come back as RETRY,
        so that a process that was paused cannot send what another has taken over.
        """

    def find(self, *, to: str, created_after: datetime) -> list[FoundMessage]:
        """List what the provider has for a number since then, newest first. Raises CannotAsk."""

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""


class EmailProvider(Protocol):
    """Hands e-mails over, up to 1,000 people a call."""

    def send_many(
        self, messages: Sequence[OutgoingEmail], *, give_up_after: float | None = None
    ) -> list[HandedOver]:
        """As for texts. All people of one call share one provider id."""

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """An account and how to reach it. Without a base URL that is Twilio itself; times are in seconds."""

    account_sid: str
    auth_token: str = field(repr=False)
    base_url: str | None = None
    concurrency: int = 200
    connect_timeout: float = 3
    read_timeout: float = 20


@dataclass(frozen=True, slots=True)
class SendGridAccount:
    """An API key and how to reach SendGrid. Concurrency counts calls, not people; times are in seconds."""

    api_key: str = field(repr=False)
    base_url: str | None = None
    concurrency: int = 32
    connect_timeout: float = 3
    read_timeout: float = 20
