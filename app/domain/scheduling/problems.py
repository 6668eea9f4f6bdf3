"""What is wrong at a company and can be mended, the most urgent first; each knows where that is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import func, or_, select

from app import clock
from app.domain.scheduling.reasons import Reason
from app.domain.scheduling.week import Week
from app.models import Broadcast, Lane, Packet
from app.unit_of_work import company_id, session

RECENT: Final = timedelta(days=7)
OF_A_KIND: Final = 3
"""Problems of one kind that are shown; who has more goes to the list behind them."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `kind` says which words and which link; `about` is a name, a sentence or a channel.

    `number` counts messages or rows; `id` is the row's that mends it: an import's, a sending's.
    """

    kind: str
    about: str = ""
    number: int = 0
    id: int | None = None
    reason: Reason | None = None
    status: str = ""


def problems(week: Week, *, imports: bool) -> list[Problem]:
    """Return the problems by rank: what stands still, what was lost, what needs a look.

    `imports` says whether the person may see imports.
    """
    found = [*_stopped_lanes()]
    if imports:
        found += _failed_imports()
    found += _paused_sendings()
    found += [
        Problem("missed", number=one.messages, reason=one.reason, status=one.status)
        for one in week.missed[:OF_A_KIND]
    ]
    if week.unknown:
        found.append(Problem("unknown", number=week.unknown))
    if imports:
        found += _refused_rows()
    return found


def _stopped_lanes() -> Iterator[Problem]:
    """A stopped channel is one problem, in how many lanes it may be."""
    standing = or_(Lane.paused_until.is_(None), Lane.paused_until > clock.now())
    query = (
        select(Lane.channel, func.min(Lane.paused_reason))
        .where(Lane.company_id == company_id(), Lane.paused_reason != "", standing)
        .group_by(Lane.channel)
    )
    for channel, reason in session().execute(query):
        yield Problem("stopped", about=reason, status=channel)


def _failed_imports() -> Iterator[Problem]:
    query = (
        select(Packet)
        .where(Packet.company_id == company_id(), Packet.stage == "failed", Packet.updated_at > _since())
        .order_by(Packet.id.desc())
        .limit(OF_A_KIND)
    )
    for packet in session().scalars(query):
        kind = "unreadable" if packet.reading is None else "import_stopped"
        yield Problem(kind, about=packet.filename, id=packet.id, status=packet.problem)


def _paused_sendings() -> Iterator[Problem]:
    query = (
        select(Broadcast.id, Broadcast.name)
        .where(Broadcast.company_id == company_id(), Broadcast.state == "paused")
        .order_by(Broadcast.id.desc())
        .limit(OF_A_KIND)
    )
    for broadcast_id, name in session().execute(query):
        yield Problem("paused", about=name, id=broadcast_id)


def _refused_rows() -> Iterator[Problem]:
    refused = func.coalesce(Packet.counts["refused"].as_integer(), 0)
    query = (
        select(Packet.id, Packet.filename, refused)
        .where(
            Packet.company_id == company_id(),
            Packet.stage.in_(("loaded", "scheduled", "done")),
            Packet.created_at > _since(),
            refused > 0,
        )
        .order_by(Packet.id.desc())
        .limit(OF_A_KIND)
    )
    for packet_id, filename, rows in session().execute(query):
        yield Problem("refused_rows", about=filename, number=rows, id=packet_id)


def _since() -> object:
    return clock.now() - RECENT
