"""What people decided about a packet, one row each, append-only; undo moves a pointer.

An operation says after which one it was made, so those in force are the chain that ends at the pointer.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select, update

from app.errors import Conflict, Rejected
from app.models import Packet, PacketOperation
from app.unit_of_work import company_id, session

# Reading the file again, or the first match, is a beginning: undo does not go behind it.
BEGINNINGS: Final = frozenset({"read", "suggested", "recognised"})
SOMEONE_FASTER = "A colleague has changed this import meanwhile. Reload the page, then go on."


def append(
    packet: Packet, kind: str, payload: dict[str, Any], *, by: int | None, seen: int | None = None
) -> PacketOperation:
    """Add a decision after the one in force and point to it.

    `seen` is the position that the person's page showed; raises Conflict where it has moved meanwhile.
    """
    before = packet.operation_position if seen is None else seen
    position = 1 + (
        session().scalar(
            select(func.max(PacketOperation.position)).where(
                PacketOperation.company_id == company_id(), PacketOperation.packet_id == packet.id
            )
        )
        or 0
    )
    _point(packet, before, position)
    operation = PacketOperation(
        company_id=company_id(),
        packet_id=packet.id,
        position=position,
        after_position=before,
        kind=kind,
        payload=payload,
        user_id=by,
    )
    session().add(operation)
    session().flush()
    return operation


def undo(packet: Packet, *, seen: int | None = None) -> PacketOperation:
    """Take back the decision in force and return it; raise Rejected where there is nothing to take back."""
    last = next(iter(in_force(packet)[-1:]), None)
    if last is None or last.kind in BEGINNINGS:
        raise Rejected("There is nothing to undo.")
    _point(packet, last.position if seen is None else seen, last.after_position)
    return last


def in_force(packet: Packet) -> list[PacketOperation]:
    """Return the decisions that hold now, oldest first."""
    return chain(_all_of(packet.id), packet.operation_position)


def chain(operations: Sequence[PacketOperation], position: int) -> list[PacketOperation]:
    """Return the operations that lead to `position`, oldest first."""
    by_position = {operation.position: operation for operation in operations}
    found = []
    while position in by_position:
        found.append(by_position[position])
        position = by_position[position].after_position
    return found[::-1]


def _all_of(packet_id: int) -> list[PacketOperation]:
    return list(
        session().scalars(
            select(PacketOperation).where(
                PacketOperation.company_id == company_id(), PacketOperation.packet_id == packet_id
            )
        )
    )


def _point(packet: Packet, before: int, after: int) -> None:
    """Move the pointer by a conditional update, so that of two people only one is first."""
    moved = session().scalar(
        update(Packet)
        .where(Packet.company_id == company_id(), Packet.id == packet.id, Packet.operation_position == before)
        .values(operation_position=after)
        .returning(Packet.id)
    )
    if moved is None:
        raise Conflict(SOMEONE_FASTER)
    session().refresh(packet)
