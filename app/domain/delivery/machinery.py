"""How the machinery does across all companies: what waits how long, and what the providers refuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text

from app import clock
from app.domain.scheduling.reasons import Reason, reason_of
from app.unit_of_work import session

COUNTED_TO: Final = 10_000
"""Waiting rows of a channel are counted up to here: whether it is more changes nothing for who looks."""
LATE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ChannelQueue:
    """What is due and waits on one channel; `oldest` since when, None where nothing waits."""

    channel: str
    waiting: int
    oldest: datetime | None
    stopped: int

    @property
    def late(self) -> bool:
        return self.oldest is not None and clock.now() - self.oldest > LATE


@dataclass(frozen=True, slots=True)
class ProviderError:
    """Messages of the last day that did not arrive for one reason, and at how many companies."""

    reason: Reason
    channel: str
    messages: int
    companies: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Callbacks of a provider that nobody we trust had signed."""

    provider: str
    refused: int
    companies: int


# The front of each lane is one look into an index; counting stops where it no longer matters.
CHANNELS: Final = """
SELECT m.key AS channel,
    (SELECT count(*) FROM (SELECT 1 FROM queue q WHERE q.channel = m.key AND q.state = 'queued'
        AND q.available_at <= now() LIMIT :counted_to) bounded) AS waiting,
    (SELECT min(front.available_at) FROM lanes l CROSS JOIN LATERAL (
        SELECT q.available_at FROM queue q WHERE q.company_id = l.company_id AND q.channel = l.channel
            AND q.lane_id = l.id AND q.state = 'queued' AND q.available_at <= now()
        ORDER BY q.available_at LIMIT 1) front WHERE l.channel = m.key) AS oldest,
    (SELECT count(DISTINCT l.company_id) FROM lanes l WHERE l.channel = m.key AND l.paused_reason <> ''
        AND (l.paused_until IS NULL OR l.paused_until > now())) AS stopped
FROM contact_methods m ORDER BY m.id
"""


def channel_queues() -> list[ChannelQueue]:
    """Return each channel's queue. Looks across companies."""
    rows = session().execute(text(CHANNELS), {"counted_to": COUNTED_TO})
    return [ChannelQueue(row.channel, row.waiting, row.oldest, row.stopped) for row in rows]


ERRORS: Final = """
SELECT reason, channel, sum(messages) AS messages, count(DISTINCT company_id) AS companies FROM delivery_days
WHERE day BETWEEN (now() - interval '1 day')::date AND (now() + interval '12 hours')::date
    AND status IN ('undelivered', 'failed') GROUP BY reason, channel ORDER BY sum(messages) DESC LIMIT 20
"""


def provider_errors() -> list[ProviderError]:
    """Return why messages of the last day did not arrive, the most frequent first. Looks across companies."""
    return [
        ProviderError(reason_of(row.reason), row.channel, int(row.messages), row.companies)
        for row in session().execute(text(ERRORS))
    ]


REFUSALS: Final = """
SELECT provider, sum(refused) AS refused, count(DISTINCT company_id) AS companies FROM refused_callbacks
WHERE day >= (now() - interval '1 day')::date AND refused > 0 GROUP BY provider ORDER BY provider
"""


def refusals() -> Sequence[Refusal]:
    """Return the callbacks refused since yesterday. Looks across companies."""
    rows = session().execute(text(REFUSALS))
    return [Refusal(row.provider, int(row.refused), row.companies) for row in rows]
