"""Finds out what became of attempts whose worker died or whose answer was unclear; never sends blindly.

A signed callback is the best proof and is applied by `responses`. For texts the provider's own list is asked
next: exactly one message to that number, from that sender, with that body, made while the claim held and not
yet known as another of ours, is this one. None after two looks means that it was never sent. Several are
left to a person (RULES §3.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text

from app import clock
from app.config import DeliverySettings
from app.domain.delivery.recording import NEVER, Result, record
from app.providers.contract import CannotAsk, FoundMessage, TextProvider
from app.unit_of_work import company_id, session

BATCH: Final = 500
ASKING: Final = 16
EARLY: Final = timedelta(seconds=5)
LOOKS: Final = 2
ASK_AGAIN: Final = timedelta(seconds=60)
SEVERAL: Final = "The provider has several messages that could be this one. A person must decide."
UNSAID: Final = "The provider has not said whether it took this. It is not sent again by itself."


@dataclass(frozen=True, slots=True)
class Lost:
    """An attempt of which nobody knows whether it was made."""

    message_id: int
    attempt_id: UUID
    channel: str
    from_address: str
    to_address: str
    body: str
    claimed_at: datetime
    looks: int


EXPIRE: Final = """
WITH chosen AS (
    SELECT channel, id FROM queue WHERE company_id = :company AND state = 'claimed' AND lease_until < now()
    ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
UPDATE queue q SET state = 'unknown', updated_at = now(),
    lease_until = greatest(now(), q.claimed_at + make_interval(secs => :reconcile_after))
FROM chosen WHERE q.company_id = :company AND q.channel = chosen.channel AND q.id = chosen.id
RETURNING q.message_id
"""
TELL: Final = """
UPDATE messages SET contact_status = 'unknown', updated_at = now(),
    contact_status_description = 'The worker stopped while sending; the provider is being asked.'
WHERE company_id = :company AND id = ANY (:ids) AND contact_status = 'claimed'
"""
TAKE: Final = """
WITH chosen AS (
    SELECT channel, id FROM queue WHERE company_id = :company AND state = 'unknown' AND lease_until <= now()
    ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED)
UPDATE queue q SET lease_until = now() + make_interval(secs => :hold), updated_at = now()
FROM chosen WHERE q.company_id = :company AND q.channel = chosen.channel AND q.id = chosen.id
RETURNING q.message_id, q.attempt_id, q.channel, q.from_address, q.to_address, q.message_data ->> 'body',
    q.claimed_at, q.looks
"""


def expire_leases(waits: DeliverySettings) -> int:
    """Turn claims whose lease ran out into unknown ones; return how many there were."""
    ids = list(
        session()
        .execute(
            text(EXPIRE),
            {"company": company_id(), "batch": BATCH, "reconcile_after": waits.reconcile_after},
        )
        .scalars()
    )
    if ids:
        session().execute(text(TELL), {"company": company_id(), "ids": ids})
    return len(ids)


def take_lost(waits: DeliverySettings) -> list[Lost]:
    """Take up to a batch of attempts that are due for a look, so that nobody else looks meanwhile."""
    named = {"company": company_id(), "batch": BATCH, "hold": waits.lease}
    return [Lost(*row) for row in session().execute(text(TAKE), named)]


def look_up(provider: TextProvider, lost: Sequence[Lost]) -> dict[str, list[FoundMessage] | None]:
    """Ask the provider what it has for each number; None where it could not be asked.

    Holds no database connection. Several numbers are asked at a time.
    """
    since: dict[str, datetime] = {}
    for one in lost:
        if one.channel == "sms":
            earliest = since.get(one.to_address, one.claimed_at)
            since[one.to_address] = min(earliest, one.claimed_at)

    def ask(number: str) -> list[FoundMessage] | None:
        try:
            return provider.find(to=number, created_after=since[number] - EARLY)
        except CannotAsk:
            return None

    with ThreadPoolExecutor(ASKING) as several:
        return dict(zip(since, several.map(ask, since), strict=True))


def decide(
    lost: Sequence[Lost], found: Mapping[str, list[FoundMessage] | None], waits: DeliverySettings
) -> None:
    """Adopt what was found, send again what certainly never went out, and leave the rest to be looked at."""
    taken = _known_provider_ids(found)
    busy = _numbers_in_flight(one.to_address for one in lost)
    results, looked = [], []
    for one in lost:
        listed = found.get(one.to_address)
        if one.channel != "sms":
            results.append(_unknown(one, NEVER, UNSAID))
        elif listed is None or one.to_address in busy:
            results.append(_unknown(one, _in(ASK_AGAIN if listed is None else EARLY), ""))
        else:
            result = _judge(one, [each for each in listed if each.provider_id not in taken], waits)
            taken.add(result.provider_id or "")
            results.append(result)
            looked.append(one.message_id)
    _count_looks(looked)
    record(results)


def _judge(one: Lost, listed: Sequence[FoundMessage], waits: DeliverySettings) -> Result:
    """Decide by what the provider lists for this number and what nobody else has claimed of it."""
    until = one.claimed_at + timedelta(seconds=waits.lease)
    matches = [
        each
        for each in listed
        if each.from_ == one.from_address
        and each.body == one.body
        and one.claimed_at - EARLY <= each.created_at <= until
    ]
    if len(matches) == 1:
        return Result(one.message_id, one.attempt_id, "accepted", provider_id=matches[0].provider_id)
    if matches:
        return _unknown(one, NEVER, SEVERAL)
    if one.looks + 1 < LOOKS:
        return _unknown(one, _in(timedelta(seconds=waits.second_look_after)), "")
    return Result(one.message_id, one.attempt_id, "queued", again_at=_in(timedelta()))


def _unknown(one: Lost, look_at: str, words: str) -> Result:
    described = words or "It is not known whether this went out; the provider is being asked."
    return Result(one.message_id, one.attempt_id, "unknown", described, again_at=look_at)


def _in(wait: timedelta) -> str:
    return (clock.now() + wait).isoformat()


def _known_provider_ids(found: Mapping[str, list[FoundMessage] | None]) -> set[str]:
    """Return the ids that other messages to these numbers already carry."""
    rows = session().execute(
        text(
            "SELECT provider_id FROM messages WHERE company_id = :company AND to_address = ANY (:numbers) "
            "AND provider_id IS NOT NULL"
        ),
        {"company": company_id(), "numbers": list(found)},
    )
    return set(rows.scalars())


def _numbers_in_flight(numbers: Iterable[str]) -> set[str]:
    """Return the numbers to which another message is just being sent: what is listed may be that one."""
    rows = session().execute(
        text(
            "SELECT to_address FROM queue WHERE company_id = :company AND state = 'claimed' "
            "AND to_address = ANY (:numbers)"
        ),
        {"company": company_id(), "numbers": sorted(set(numbers))},
    )
    return set(rows.scalars())


def _count_looks(message_ids: Sequence[int]) -> None:
    session().execute(
        text(
            "UPDATE queue SET looks = looks + 1 WHERE company_id = :company AND state = 'unknown' "
            "AND channel = 'sms' AND message_id = ANY (:ids)"
        ),
        {"company": company_id(), "ids": list(message_ids)},
    )


def companies_with_lost_attempts() -> list[int]:
    """Return the companies that have something to reconcile. Looks across companies."""
    rows = session().execute(
        text(
            "SELECT c.id FROM companies c WHERE EXISTS (SELECT 1 FROM queue q WHERE q.company_id = c.id "
            "AND q.state <> 'queued' AND q.lease_until <= now())"
        )
    )
    return list(rows.scalars())
