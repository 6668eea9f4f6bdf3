"""How many messages of each sending stand where: counted now while they are few, else from the roll-up."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, func, select

from app.models import Broadcast, DeliveryDay, Message
from app.unit_of_work import company_id, session

COUNTED_NOW: Final = 5_000
"""Messages that a list counts itself, in all; more would make the page slow (1 ms for 500, measured)."""


def counts_of(broadcasts: Sequence[Broadcast]) -> dict[int, dict[str, int]]:
    """Return for each sending its messages by status, of those that may be seen here.

    Large sendings are as of the last minute, small ones as of now; one that has not begun has no messages.
    """
    small, large = _by_size(broadcasts)
    counted: dict[int, dict[str, int]] = {}
    for ids, query in ((small, _now()), (large, _rolled_up())):
        if ids:
            _add(counted, query, ids)
    return counted


def _by_size(broadcasts: Sequence[Broadcast]) -> tuple[list[int], list[int]]:
    small: list[int] = []
    large: list[int] = []
    left = COUNTED_NOW
    begun = [one for one in broadcasts if one.state != "scheduled" or one.planned_to]
    for one in sorted(begun, key=_planned):
        left -= _planned(one)
        (small if left >= 0 else large).append(one.id)
    return small, large


def _planned(broadcast: Broadcast) -> int:
    return int(broadcast.counts.get("people", 0)) * len(broadcast.channels)


def _now() -> Select[int, str, int]:
    return (
        select(Message.broadcast_id, Message.contact_status, func.count())
        .where(Message.company_id == company_id())
        .group_by(Message.broadcast_id, Message.contact_status)
    )


def _rolled_up() -> Select[Any, Any, Any]:
    return (
        select(DeliveryDay.broadcast_id, DeliveryDay.status, func.sum(DeliveryDay.messages))
        .where(DeliveryDay.company_id == company_id())
        .group_by(DeliveryDay.broadcast_id, DeliveryDay.status)
    )


def _add(counted: dict[int, dict[str, int]], query: Select[Any, Any, Any], ids: list[int]) -> None:
    column = query.selected_columns[0]
    for broadcast_id, status, count in session().execute(query.where(column.in_(ids))):
        counted.setdefault(broadcast_id, {})[status] = int(count)
