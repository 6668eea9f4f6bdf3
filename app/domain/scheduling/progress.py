"""How far a broadcast is: its messages by status and channel, and when it will be through, in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from app import clock
from app.errors import NotFound
from app.models import Broadcast
from app.models.statuses import FINAL, RANK
from app.unit_of_work import company_id, session

HANDED_OVER: Final = RANK["accepted"]
WAITING_BEYOND: Final = 120
STANDING: Final = {
    "paused": "Paused.",
    "cancelled": "Cancelled; what was already sent is still on its way.",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """`by_status` and `by_channel` count messages; `done` means that no message can change any more by us."""

    state: str
    total: int
    by_status: dict[str, int]
    by_channel: dict[str, int]
    excluded: dict[str, int]
    finished: int
    done: bool
    eta: str


def progress(broadcast_id: int) -> Progress:
    """Count a broadcast's messages; raise NotFound where it is not to be seen here."""
    broadcast = session().get(Broadcast, (company_id(), broadcast_id), populate_existing=True)
    if broadcast is None:
        raise NotFound("There is no such broadcast.")
    rows = _counted(broadcast_id)
    by_status: dict[str, int] = {}
    by_channel: dict[str, int] = {}
    excluded: dict[str, int] = {}
    for row in rows:
        by_status[row.contact_status] = by_status.get(row.contact_status, 0) + row.messages
        by_channel[row.contact_method] = by_channel.get(row.contact_method, 0) + row.messages
        if row.contact_status in {"suppressed", "expired"} and row.flag:
            excluded[row.flag] = excluded.get(row.flag, 0) + row.messages
    without = sum(broadcast.counts.get("no_address", {}).get(channel, 0) for channel in broadcast.channels)
    if without:
        excluded["no_address"] = without
    total = sum(by_status.values())
    finished = sum(count for status, count in by_status.items() if status in FINAL)
    is_planned = broadcast.planned_at is not None or broadcast.state == "cancelled"
    done = is_planned and finished == total
    return Progress(
        broadcast.state,
        total,
        by_status,
        by_channel,
        excluded,
        finished,
        done,
        _eta(broadcast, rows, done=done),
    )


def _counted(broadcast_id: int) -> Sequence[Any]:
    return (
        session()
        .execute(
            text(
                "SELECT contact_method, contact_status, flag, count(*) AS messages, "
                "max(contact_date) AS last_at, min(contact_date) AS first_at, "
                "min(queued_at) AS since FROM messages "
                "WHERE company_id = :company AND broadcast_id = :id GROUP BY 1, 2, 3"
            ),
            {"company": company_id(), "id": broadcast_id},
        )
        .all()
    )


def _eta(broadcast: Broadcast, rows: Sequence[Any], *, done: bool) -> str:
    if done:
        return "All done."
    if broadcast.state in STANDING:
        return STANDING[broadcast.state]
    if broadcast.state in {"scheduled", "planning"}:
        return "Waiting for its time." if broadcast.send_at > clock.now() else "Getting ready."
    return _pace(rows)


def _pace(rows: Sequence[Any]) -> str:
    """Say when the last message goes out, from the pace so far."""
    waiting = [row for row in rows if row.contact_status in {"planned", "queued"}]
    if not waiting:
        return "Everything has gone out; waiting for the last confirmations."
    last_at: datetime = max(row.last_at for row in waiting)
    if (last_at - clock.now()).total_seconds() > WAITING_BEYOND:
        return "Some wait for the hours in which they may go out."
    gone = sum(row.messages for row in rows if RANK[row.contact_status] >= HANDED_OVER)
    since = min((row.since for row in rows if row.since is not None), default=None)
    if not gone or since is None:
        return "About to go out."
    seconds = (clock.now() - since).total_seconds() / gone * sum(row.messages for row in waiting)
    return _about(seconds)


def _about(seconds: float) -> str:
    if seconds < 90:
        return "Less than two minutes left."
    if seconds < 5400:
        return f"About {round(seconds / 60)} minutes left."
    return f"About {round(seconds / 3600)} hours left."
