"""Imports that a worker is reading or running now, or will as soon as it is their turn."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select

from app.domain.ingest.stages import RUNNING
from app.models import Packet
from app.unit_of_work import company_id, session

UNDER_WAY: Final = ("received", *RUNNING)
STEPS_DONE: Final = {"mapped": 0, "cleaned": 1, "deduplicated": 1, "loaded": 2, "scheduled": 3}
STEPS: Final = 3
DOING: Final = {
    "received": "Reading the file",
    "mapped": "Cleaning the rows",
    "cleaned": "Finding duplicates",
    "deduplicated": "Storing the records",
    "loaded": "Making the messages",
    "scheduled": "Finishing",
}


@dataclass(frozen=True, slots=True)
class RunningImport:
    """`done` of `total` steps; `total` is None while the file is read, since its rows are not known yet."""

    id: int
    filename: str
    doing: str
    done: int
    total: int | None


def imports_under_way() -> list[RunningImport]:
    """Return the imports of the open company that may be seen here and are being worked on, oldest first."""
    query = select(Packet).where(_under_way()).order_by(Packet.id)
    return [_line(packet) for packet in session().scalars(query)]


def count_imports_under_way() -> int:
    """Return how many there are, for the header."""
    return session().scalar(select(func.count()).select_from(Packet).where(_under_way())) or 0


def _under_way() -> ColumnElement[bool]:
    return and_(Packet.company_id == company_id(), Packet.stage.in_(UNDER_WAY))


def _line(packet: Packet) -> RunningImport:
    reading = packet.stage == "received"
    return RunningImport(
        packet.id,
        packet.filename,
        DOING[packet.stage],
        packet.progress.get("rows", 0) if reading else STEPS_DONE[packet.stage],
        None if reading else STEPS,
    )
