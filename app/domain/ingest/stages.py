"""Where a packet stands: who works on it now, each step on record, and what a crash left behind."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update

from app.errors import Conflict
from app.models import Packet, PacketLogEntry
from app.queue import JobName
from app.unit_of_work import company_id, session

LEASE_SECONDS: Final = 60
MOST_ATTEMPTS: Final = 5
# A doorbell that was rung with the last change needs this long before it counts as lost.
PATIENCE_SECONDS: Final = 60
STEPS: Final[Mapping[str, frozenset[str]]] = {
    "received": frozenset({"read", "failed", "stopped"}),
    "read": frozenset({"received", "mapped", "stopped"}),
    "mapped": frozenset({"cleaned", "failed"}),
    "cleaned": frozenset({"deduplicated", "failed"}),
    "deduplicated": frozenset({"loaded", "failed"}),
    "loaded": frozenset({"scheduled", "done", "failed"}),
    "scheduled": frozenset({"done", "failed"}),
    "failed": frozenset({"received", "mapped", "cleaned", "deduplicated", "loaded", "scheduled", "stopped"}),
    "done": frozenset(),
    "stopped": frozenset(),
}
RUNNING: Final = ("mapped", "cleaned", "deduplicated", "loaded", "scheduled")
GAVE_UP = (
    "We tried several times and could not finish. Nothing was imported twice; try again, or ask support."
)


def move(
    packet_id: int,
    before: str,
    after: str,
    *,
    noted: Mapping[str, Any] | None = None,
    reason: str = "",
    seconds: float | None = None,
    by: int | None = None,
    **values: Any,
) -> None:
    """Bring a packet from one stage to the next and write it down; raise Conflict if it is elsewhere.

    `noted` are the counts for the packet's log; `values` are columns of the packet that change with it.
    """
    if after not in STEPS[before]:
        raise ValueError(f"A packet does not go from {before} to {after}.")
    moved = session().execute(
        update(Packet)
        .where(_this(packet_id), Packet.stage == before)
        .values(stage=after, attempts=0, **values)
    )
    if not _changed(moved):
        raise Conflict("This import has moved on meanwhile. Reload the page to see how it stands now.")
    write_down(packet_id, before, after, noted=noted, reason=reason, seconds=seconds, by=by)


def write_down(
    packet_id: int,
    before: str,
    after: str,
    *,
    noted: Mapping[str, Any] | None = None,
    reason: str = "",
    seconds: float | None = None,
    by: int | None = None,
) -> None:
    """Add one line to the packet's log, which people read on the import's page."""
    session().add(
        PacketLogEntry(
            company_id=company_id(),
            packet_id=packet_id,
            from_stage=before,
            to_stage=after,
            counts=dict(noted or {}),
            reason=reason,
            seconds=None if seconds is None else Decimal(f"{seconds:.3f}"),
            user_id=by,
        )
    )
    session().flush()


def claim(packet_id: int, *stages: str) -> bool:
    """Take a packet that stands at one of these stages for LEASE_SECONDS, by the database's clock.

    False where it stands elsewhere or someone works on it: two workers never do the same work. One that was
    tried too often is given up, with a sentence on its page.
    """
    _give_up(packet_id)
    taken = session().execute(
        update(Packet)
        .where(_this(packet_id), Packet.stage.in_(stages), _idle(), Packet.attempts < MOST_ATTEMPTS)
        .values(working_until=_lease(), attempts=Packet.attempts + 1)
    )
    return _changed(taken)


def keep_claim(packet_id: int) -> None:
    """Say that the work goes on; called while it does, well within the lease."""
    session().execute(
        update(Packet)
        .where(_this(packet_id), Packet.working_until.is_not(None))
        .values(working_until=_lease())
    )


def release(packet_id: int, *, done: bool) -> None:
    """Give a claimed packet back; what was done well counts as no failed attempt."""
    values: dict[str, Any] = {"working_until": None} | ({"attempts": 0} if done else {})
    session().execute(update(Packet).where(_this(packet_id)).values(values))


def stuck_packets() -> list[tuple[JobName, int, int]]:
    """Return (job to ring, company id, packet id) for packets whose worker or doorbell was lost.

    Looks across all companies, and is the same for those that failed too often: their next claim gives up.
    """
    waiting = session().execute(
        select(Packet.company_id, Packet.id, Packet.stage).where(
            or_(Packet.stage.in_(("received", *RUNNING)), _wants_counts()),
            _idle(),
            Packet.updated_at < func.clock_timestamp() - timedelta(seconds=PATIENCE_SECONDS),
        )
    )
    return [
        (JobName.RUN_PACKET if row.stage in RUNNING else JobName.READ_PACKET, row.company_id, row.id)
        for row in waiting
    ]


def stage_before_failing(packet_id: int) -> str:
    """Return where a failed packet stood, so that it can be tried again from there."""
    found = session().scalar(
        select(PacketLogEntry.from_stage)
        .where(
            PacketLogEntry.company_id == company_id(),
            PacketLogEntry.packet_id == packet_id,
            PacketLogEntry.to_stage == "failed",
        )
        .order_by(PacketLogEntry.id.desc())
        .limit(1)
    )
    return found or "received"


def has_records(packet: Packet) -> bool:
    """Tell whether the packet's rows may have become records already."""
    stage = stage_before_failing(packet.id) if packet.stage == "failed" else packet.stage
    return stage in ("loaded", "scheduled", "done", "undone")


def history(packet_id: int) -> list[PacketLogEntry]:
    """Return the packet's log, oldest first."""
    query = select(PacketLogEntry).where(
        PacketLogEntry.company_id == company_id(), PacketLogEntry.packet_id == packet_id
    )
    return list(session().scalars(query.order_by(PacketLogEntry.id)))


def _give_up(packet_id: int) -> None:
    tried = select(Packet.stage).where(_this(packet_id), Packet.attempts >= MOST_ATTEMPTS, _idle())
    stage = session().scalar(tried.with_for_update())
    if stage == "read":
        problem = {"problem": GAVE_UP}
        session().execute(update(Packet).where(_this(packet_id)).values(progress=problem, attempts=0))
    elif stage == "received" or stage in RUNNING:
        move(packet_id, stage, "failed", reason=GAVE_UP, problem=GAVE_UP)


def _this(packet_id: int) -> ColumnElement[bool]:
    return and_(Packet.company_id == company_id(), Packet.id == packet_id)


def _wants_counts() -> ColumnElement[bool]:
    return and_(Packet.stage == "read", Packet.progress.has_key("counting"))


def _idle() -> ColumnElement[bool]:
    return or_(Packet.working_until.is_(None), Packet.working_until < func.clock_timestamp())


def _lease() -> ColumnElement[Any]:
    return func.clock_timestamp() + literal(timedelta(seconds=LEASE_SECONDS))


def _changed(result: Any) -> bool:
    return bool(result.rowcount == 1)
