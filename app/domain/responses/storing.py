"""Stores what providers tell us, each event once, before anything is made of it."""

from collections.abc import Sequence
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from app import clock
from app.models import RefusedCallbacks
from app.providers.contract import InboundText, ProviderEvent
from app.unit_of_work import company_id, session

STORE: Final = """
INSERT INTO message_updates (company_id, provider, contact_method, kind, event_id, attempt_token, status)
SELECT :company, :provider, :channel, :kind, t.event_id, t.token, CAST(t.status AS jsonb)
FROM unnest(CAST(:events AS text[]), CAST(:tokens AS text[]), CAST(:statuses AS text[]))
    AS t (event_id, token, status)
ON CONFLICT DO NOTHING
"""


def store_events(provider: str, channel: str, events: Sequence[ProviderEvent]) -> None:
    """Keep these events of one provider and channel; those that are known already are left as they are."""
    _store(
        provider,
        channel,
        "status",
        [(event.event_id, event.attempt_token, _event_json(event)) for event in events],
    )


def store_reply(provider: str, inbound: InboundText) -> None:
    """Keep a text that somebody wrote to one of the company's numbers."""
    status = {
        "from": inbound.from_,
        "to": inbound.to,
        "body": inbound.body,
        "opt_out": inbound.opt_out,
        "raw": dict(inbound.raw),
    }
    _store(provider, "sms", "reply", [(inbound.provider_id, None, _json(status))])


def count_refused(provider: str) -> None:
    """Count a callback that was refused because nobody we trust had signed it."""
    fresh = insert(RefusedCallbacks).values(
        company_id=company_id(), provider=provider, day=clock.now().date(), refused=1
    )
    session().execute(
        fresh.on_conflict_do_update(
            index_elements=["company_id", "provider", "day"],
            set_={"refused": RefusedCallbacks.refused + 1, "updated_at": clock.now()},
        )
    )


def _store(provider: str, channel: str, kind: str, rows: Sequence[tuple[str, str | None, str]]) -> None:
    session().execute(
        text(STORE),
        {
            "company": company_id(),
            "provider": provider,
            "channel": channel,
            "kind": kind,
            "events": [event_id for event_id, _, _ in rows],
            "tokens": [token for _, token, _ in rows],
            "statuses": [status for _, _, status in rows],
        },
    )


def _event_json(event: ProviderEvent) -> str:
    return _json(
        {
            "status": event.status,
            "code": event.code,
            "description": event.description,
            "provider_id": event.provider_id,
            "outcome": event.outcome,
            "at": event.at,
            "raw": dict(event.raw),
        }
    )


def _json(value: dict[str, Any]) -> str:
    """Write JSON that PostgreSQL takes: a null character in it would be refused."""
    return orjson.dumps(value).decode().replace("\\u0000", "")
