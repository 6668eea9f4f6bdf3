"""What a provider's answer means for the message, the person and the company, and writing it down."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from app import clock
from app.domain.consent.opt_outs import opt_out
from app.domain.delivery.backoff import retry_at, soft_retry_at
from app.domain.delivery.handing_over import Handover
from app.domain.delivery.lanes import pause_lanes
from app.domain.delivery.recording import Result, record
from app.providers.contract import Outcome

OPTED_OUT_CODE: Final = "21610"


def record_answers(handovers: Sequence[Handover], *, reconcile_after: int) -> None:
    """Record a batch's answers; an account that cannot send pauses the company's lanes of that channel.

    An opt-out that only the carrier knew becomes one of ours.
    """
    for one in handovers:
        if one.answer.outcome is Outcome.SUPPRESS and one.answer.code == OPTED_OUT_CODE:
            opt_out(one.claimed.channel, one.claimed.to_address, source="carrier")
    record([_result(one, reconcile_after) for one in handovers])
    stopped = next((one for one in handovers if one.answer.outcome is Outcome.STOP_COMPANY), None)
    if stopped is not None:
        pause_lanes(stopped.claimed.channel, stopped.answer.description)


def _result(one: Handover, reconcile_after: int) -> Result:
    status, again_at, flag = _meaning(one, reconcile_after)
    return Result(
        message_id=one.claimed.message_id,
        attempt_id=one.claimed.attempt_id,
        status=status,
        description="" if status == "accepted" else one.answer.description,
        provider_id=one.answer.provider_id,
        flag=flag,
        again_at=again_at,
        counted=one.answer.outcome is not Outcome.STOP_COMPANY,
    )


def _meaning(one: Handover, reconcile_after: int) -> tuple[str, str | None, str | None]:
    """Return the status, when to look or try again, and the flag."""
    outcome, attempts = one.answer.outcome, one.claimed.attempts
    if outcome is Outcome.SUPPRESS and one.answer.code == OPTED_OUT_CODE:
        return "suppressed", None, "opted_out"
    if outcome is Outcome.AMBIGUOUS:
        look_at = clock.now() + timedelta(seconds=reconcile_after)
        return "unknown", look_at.isoformat(), None
    again_at = _again_at(outcome, attempts)
    if again_at is not None:
        return "queued", again_at, None
    return ("accepted" if outcome is Outcome.ACCEPTED else "failed"), None, None


def _again_at(outcome: Outcome, attempts: int) -> str | None:
    if outcome is Outcome.RETRY:
        return retry_at(attempts)
    if outcome is Outcome.SOFT:
        return soft_retry_at(attempts)
    return clock.now().isoformat() if outcome is Outcome.STOP_COMPANY else None
