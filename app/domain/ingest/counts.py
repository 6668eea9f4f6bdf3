"""The numbers a packet shows while it is worked on, and whether they still hold."""

from typing import Any

from sqlalchemy import case, literal, update
from sqlalchemy.dialects.postgresql import JSONB

from app.models import Packet
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import company_id, session


def show_progress(packet_id: int, **progress: Any) -> None:
    """Let pages see how far the work is."""
    session().execute(
        update(Packet)
        .where(Packet.company_id == company_id(), Packet.id == packet_id)
        .values(progress=progress)
    )


def want_counts(packet: Packet, *, ring: bool = True) -> None:
    """Promise that all rows will be judged as the columns are matched now, unless they have been.

    With `ring=False` the caller counts them in the same process.
    """
    if packet.stage != "read" or is_counted(packet):
        return
    packet.progress, packet.attempts = {"counting": packet.operation_position}, 0
    session().flush()
    if ring:
        enqueue_after_commit(JobName.READ_PACKET, packet.company_id, packet.id)


def is_counted(packet: Packet) -> bool:
    """Tell whether the numbers kept with the packet are those of its columns as they are matched now."""
    return "position" in packet.counts and packet.counts["position"] == packet.operation_position


def is_wanted(packet: Packet) -> bool:
    """Tell whether somebody has asked for the numbers and they are not there yet."""
    return "counting" in packet.progress


def keep_counts(packet_id: int, counts: dict[str, Any]) -> None:
    """Keep the numbers of a packet that waits for people; they stay wanted if columns have changed."""
    still = Packet.operation_position == counts["position"]
    session().execute(
        update(Packet)
        .where(Packet.company_id == company_id(), Packet.id == packet_id, Packet.stage == "read")
        .values(counts=counts, progress=case((still, literal({}, JSONB)), else_=Packet.progress))
    )
