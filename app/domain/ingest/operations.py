"""What people decided about a packet, one row each, append-only; undo moves a pointer.

An operation says after which one it was made, so those in force are the chain that ends at the pointer.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

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

    `seen` is the position that the person's page showed; raises Conflict where a colleague has decided
    something since. One's own decisions since are no conflict: two may be on their way at once.
    """
    known = _hold(packet, by=by, seen=seen)
    operation = PacketOperation(
        company_id=company_id(),
        packet_id=packet.id,
        position=1 + max((one.position for one in known), default=0),
        after_position=packet.operation_position,
        kind=kind,
        payload=payload,
        user_id=by,
    )
    session().add(operation)
    packet.operation_position = operation.position
    session().flush()
    known.append(operation)
    return operation


def undo(packet: Packet, *, by: int | None, seen: int) -> PacketOperation:
    """Take back the decision in force and return it; raise Rejected where there is nothing to take back.

    `seen` is as in `append`.
    """
    known = _hold(packet, by=by, seen=seen)
    last = next(iter(chain(known, packet.operation_position)[-1:]), None)
    if last is None or last.kind in BEGINNINGS:
        raise Rejected("There is nothing to undo.")
    packet.operation_position = last.after_position
    session().flush()
    return last


def in_force(packet: Packet) -> list[PacketOperation]:
    """Return the decisions that hold now, oldest first."""
    return chain(_known(packet), packet.operation_position)


def chain(operations: Sequence[PacketOperation], position: int) -> list[PacketOperation]:
    """Return the operations that lead to `position`, oldest first."""
    by_position = {operation.position: operation for operation in operations}
    found = []
    while position in by_position:
        found.append(by_position[position])
        position = by_position[position].after_position
    return found[::-1]


def _known(packet: Packet) -> list[PacketOperation]:
    """Return the operations as this transaction has read them: they are never altered, so once is enough."""
    found: list[PacketOperation] = session().info.get(_name(packet), [])
    if packet.operation_position in {one.position for one in found}:
        return found
    return _read(packet)


def _read(packet: Packet) -> list[PacketOperation]:
    query = select(PacketOperation).where(
        PacketOperation.company_id == company_id(), PacketOperation.packet_id == packet.id
    )
    found = list(session().scalars(query))
    session().info[_name(packet)] = found
    return found


def _name(packet: Packet) -> tuple[str, int, int]:
    return "operations", packet.company_id, packet.id


def _hold(packet: Packet, *, by: int | None, seen: int | None) -> list[PacketOperation]:
    """Hold the packet until the commit and return all its operations; refuse to go over a colleague's."""
    session().refresh(packet, with_for_update=True)
    known = _read(packet)
    if seen not in (None, packet.operation_position) and _latest_by_others(known, by) > (seen or 0):
        raise Conflict(SOMEONE_FASTER)
    return known


def _latest_by_others(operations: Sequence[PacketOperation], by: int | None) -> int:
    return max((one.position for one in operations if one.user_id != by), default=0)
