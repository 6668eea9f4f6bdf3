"""Lanes: the messages of one company, shard, channel and priority that wait to go out.

A lane is the unit of fairness: each is served for a short while, then the next one, the longest-waiting
first and emergencies before all. A lane that the provider refuses is paused with the reason; its rows wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from app.domain.audit import events
from app.unit_of_work import company_id, session


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane as dispatch sees it."""

    id: int
    channel: str
    priority: int


def open_lanes(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Return the ids of the company's lanes of these channels and priorities, making those that are new."""
    pairs = sorted(set(wanted))
    named = {
        "company": company_id(),
        "channels": [channel for channel, _ in pairs],
        "priorities": [priority for _, priority in pairs],
    }
    session().execute(
        text(
            "INSERT INTO lanes (company_id, channel, priority) SELECT :company, channel, priority "
            "FROM unnest(CAST(:channels AS text[]), CAST(:priorities AS smallint[])) t (channel, priority) "
            "ON CONFLICT DO NOTHING"
        ),
        named,
    )
    rows = session().execute(
        text("SELECT id, channel, priority FROM lanes WHERE company_id = :company AND shard = ''"),
        {"company": company_id()},
    )
    known = {(row.channel, row.priority): row.id for row in rows}
    return {pair: known[pair] for pair in pairs}


def begin_serving(lane_id: int) -> LaneView | None:
    """Note that the lane's turn has come; None where it is paused or gone."""
    row = (
        session()
        .execute(
            text(
                "UPDATE lanes SET served_at = clock_timestamp(), updated_at = now() "
                "WHERE company_id = :company AND id = :id "
                "AND (paused_reason = '' OR paused_until <= now()) RETURNING id, channel, priority"
            ),
            {"company": company_id(), "id": lane_id},
        )
        .first()
    )
    return None if row is None else LaneView(row.id, row.channel, row.priority)


def pause_lanes(channel: str, reason: str) -> None:
    """Stop the company's sending by this channel until someone resumes it; what waits goes on waiting."""
    paused = session().execute(
        text(
            "UPDATE lanes SET paused_reason = :reason, paused_until = NULL, updated_at = now() "
            "WHERE company_id = :company AND channel = :channel AND paused_reason = '' RETURNING id"
        ),
        {"company": company_id(), "channel": channel, "reason": reason},
    )
    if paused.first() is not None:
        events.record("lane.paused", "lanes", channel=channel, reason=reason)


def resume_lanes(channel: str) -> None:
    """Let the company's sending by this channel go on."""
    session().execute(
        text(
            "UPDATE lanes SET paused_reason = '', paused_until = NULL, updated_at = now() "
            "WHERE company_id = :company AND channel = :channel"
        ),
        {"company": company_id(), "channel": channel},
    )


def waiting_lanes() -> list[tuple[int, int]]:
    """Return (company, lane) of all lanes with rows that may go out now, in the order of their turns.

    Looks across companies.
    """
    rows = session().execute(
        text(
            "SELECT l.company_id, l.id FROM lanes l JOIN companies c ON c.id = l.company_id AND c.active "
            "WHERE (l.paused_reason = '' OR l.paused_until <= now()) AND EXISTS (SELECT 1 FROM queue q "
            "WHERE q.company_id = l.company_id AND q.channel = l.channel AND q.lane_id = l.id "
            "AND q.state = 'queued' AND q.available_at <= now()) ORDER BY l.priority > 0, l.served_at"
        )
    )
    return [(row.company_id, row.id) for row in rows]
