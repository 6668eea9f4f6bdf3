"""Why messages did not arrive: in plain words, with the providers' codes and what a person can do."""

from dataclasses import dataclass
from typing import Final

from app.providers.contract import Outcome
from app.providers.sendgrid.codes import ASK_PERSON, EVENTS, STATUSES
from app.providers.twilio.codes import VERDICTS


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `codes` are the provider's, several where it has several for the same."""

    words: str
    advice: str
    codes: tuple[str, ...]
    provider: str


# What a provider may take later has been tried as often as is allowed once it stands as not delivered.
PASSING: Final = frozenset({Outcome.SOFT, Outcome.RETRY})
WRITE_AGAIN: Final = "Write again later, or reach them another way."
OTHER: Final = Reason(
    "Another reason, which each message names.", "Open the messages to read why, one by one.", (), ""
)


def _gathered() -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for provider, table in (("Twilio", VERDICTS), ("SendGrid", STATUSES)):
        for code, verdict in table.items():
            known = found.get(verdict.words)
            codes = (*(known.codes if known else ()), str(code))
            advice = WRITE_AGAIN if verdict.outcome in PASSING else verdict.advice
            found[verdict.words] = Reason(verdict.words, advice, codes, provider)
    for event, (_, outcome, words) in EVENTS.items():
        if outcome is not None:
            found.setdefault(words, Reason(words, ASK_PERSON, (event,), "SendGrid"))
    return found


REASONS: Final = _gathered()
SENTENCES: Final = sorted(REASONS, key=len, reverse=True)
"""The longer first: one sentence may begin with another."""


def reason_of(words: str) -> Reason:
    """Return what is known of a counted reason; what a provider said in words of its own is OTHER."""
    return REASONS.get(words, OTHER)
