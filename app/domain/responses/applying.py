"""Applies stored events to messages: for each message the furthest one, and only forward.

Events come twice, late and in any order. What counts is the rank of what was said, so every order ends in
the same state (RULES W8). Every raw event is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from app.domain.consent.opt_outs import opt_out
from app.domain.delivery.answers import OPTED_OUT_CODE
from app.domain.delivery.locking import hold_queue
from app.domain.delivery.tokens import AttemptToken
from app.domain.responses.replies import apply_reply
from app.domain.scheduling.joins import join_by_hash
from app.models.statuses import FINAL_SQL, RANK, rank_sql
from app.providers.contract import Outcome
from app.unit_of_work import company_id, session

BATCH: Final = 2_000
KEPT_FOR: Final = "24 hours"
OURS: Final = {"cancelled": "failed"}
UNSUBSCRIBED: Final = frozenset({"unsubscribe", "group_unsubscribe", "spamreport"})


@dataclass(frozen=True, slots=True)
class Told:
    """The furthest that one message's events say it came."""

    message_id: int
    attempt_id: UUID
    status: str
    description: str
    provider_id: str | None


def apply_updates(*, after: int = 0, batch: int = BATCH) -> int | None:
    """Apply up to a batch of the company's waiting updates with ids above `after`; return the last one's id.

    None when there is nothing more to do here, or when someone else is at it. Call again with what was
    returned: an event whose message is not known is passed over, waits for a day and is then put aside.
    """
    if not _alone():
        return None
    updates = _waiting(after, batch)
    if not updates:
        return None
    by_message = {update.id: AttemptToken.read(update.attempt_token) for update in updates}
    _move(_furthest([one for one in updates if one.kind == "status"], by_message))
    for update in updates:
        if update.kind == "reply":
            apply_reply(update.id, update.status)
        else:
            _respect(update)
    _mark({update.id: _message_of(by_message[update.id]) for update in updates if update.kind == "status"})
    return int(updates[-1].id)


def companies_with_updates() -> list[int]:
    """Return the companies with updates that wait to be applied. Looks across companies."""
    rows = session().execute(
        text(
            "SELECT c.id FROM companies c WHERE EXISTS (SELECT 1 FROM message_updates u "
            "WHERE u.company_id = c.id AND u.applied_at IS NULL)"
        )
    )
    return list(rows.scalars())


def _alone() -> bool:
    """Take the company's turn to apply; two at a time would only wait for each other's rows."""
    return bool(
        session().scalar(
            text("SELECT pg_try_advisory_xact_lock(hashtextextended('apply_updates', :company))"),
            {"company": company_id()},
        )
    )


def _waiting(after: int, batch: int) -> Sequence[Any]:
    return (
        session()
        .execute(
            text(
                "SELECT id, kind, contact_method, attempt_token, status FROM message_updates "
                "WHERE company_id = :company AND applied_at IS NULL AND id > :after ORDER BY id LIMIT :batch"
            ),
            {"company": company_id(), "after": after, "batch": batch},
        )
        .all()
    )


def _message_of(token: AttemptToken | None) -> int | None:
    return None if token is None else token.message_id


def _furthest(updates: Sequence[Any], tokens: dict[int, AttemptToken | None]) -> list[Told]:
    """Choose for each message the event of the highest rank, the later one of equals."""
    chosen: dict[int, Told] = {}
    for update in updates:
        token, said = tokens[update.id], update.status
        status = OURS.get(said["status"], said["status"])
        if token is None or status not in RANK:
            continue
        known = chosen.get(token.message_id)
        if known is None or RANK[status] >= RANK[known.status]:
            chosen[token.message_id] = Told(
                token.message_id, token.attempt_id, status, said["description"], said["provider_id"]
            )
    return list(chosen.values())


# An event that names our present attempt but another message of the provider's is not about this message.
MOVE: Final = f"""
WITH told AS (
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS uuid[]), CAST(:statuses AS text[]),
        CAST(:descriptions AS text[]), CAST(:providers AS text[]))
        AS t (message_id, attempt_id, status, description, provider_id))
UPDATE messages m SET contact_status = told.status,
    contact_status_description = CASE WHEN told.status IN ('undelivered', 'failed') THEN told.description
        ELSE '' END,
    processed = CASE WHEN told.status IN {FINAL_SQL} THEN coalesce(m.processed, now()) END,
    provider_id = coalesce(m.provider_id, told.provider_id), updated_at = now()
FROM told WHERE m.company_id = :company AND m.id = ANY (:ids) AND m.id = told.message_id
    AND {rank_sql("told.status")} > {rank_sql("m.contact_status")}
    AND (m.provider_id IS NULL OR m.provider_id = told.provider_id OR m.attempt_id <> told.attempt_id)
RETURNING m.id
"""


def _move(told: Sequence[Told]) -> None:
    """Move the messages, and take out of the queue what a provider evidently has."""
    if not told:
        return
    ids = [one.message_id for one in told]
    join_by_hash()
    hold_queue(ids)
    moved = session().execute(
        text(MOVE),
        {
            "company": company_id(),
            "ids": ids,
            "attempts": [one.attempt_id for one in told],
            "statuses": [one.status for one in told],
            "descriptions": [one.description for one in told],
            "providers": [one.provider_id for one in told],
        },
    )
    session().execute(
        text(
            "DELETE FROM queue WHERE company_id = :company AND channel IN ('sms', 'email', 'phone') "
            "AND message_id = ANY (:ids)"
        ),
        {"company": company_id(), "ids": sorted(moved.scalars())},
    )


def _respect(update: Any) -> None:
    """Keep an opt-out that only the provider knew: a carrier's STOP, or the link in an e-mail."""
    said, token = update.status, AttemptToken.read(update.attempt_token)
    is_carrier_stop = said["code"] == OPTED_OUT_CODE and update.contact_method == "sms"
    is_unsubscribed = said["outcome"] == Outcome.SUPPRESS and said["code"] in UNSUBSCRIBED
    if token is None or not (is_carrier_stop or is_unsubscribed):
        return
    address = session().scalar(
        text("SELECT to_address FROM messages WHERE company_id = :company AND id = :id"),
        {"company": company_id(), "id": token.message_id},
    )
    if address is not None:
        source = "carrier" if is_carrier_stop else "unsubscribe"
        opt_out(update.contact_method, address, source=source, update_id=update.id)


def _mark(messages: dict[int, int | None]) -> None:
    """Note what was applied, and to which message; what found none stays open for a day."""
    session().execute(
        text(
            "UPDATE message_updates u SET message_id = m.id, customer_id = m.customer_id, "
            "updated_at = now(), applied_at = CASE WHEN m.id IS NOT NULL "
            f"OR u.received_at < now() - interval '{KEPT_FOR}' THEN now() END "
            "FROM unnest(CAST(:ids AS bigint[]), CAST(:messages AS bigint[])) AS t (id, message_id) "
            "LEFT JOIN messages m ON m.company_id = :company "
            "AND m.id = t.message_id AND m.id = ANY (:messages) "
            "WHERE u.company_id = :company AND u.id = ANY (:ids) AND u.id = t.id"
        ),
        {"company": company_id(), "ids": list(messages), "messages": list(messages.values())},
    )
