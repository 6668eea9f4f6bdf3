"""Packets: one delivery of data each. Taking a file in, finding it again, and what may be done with it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert

from app.domain.audit import events
from app.domain.ingest import operations, stages, store
from app.domain.ingest.load_map import LoadMap
from app.domain.ingest.reading.shapes import Choices, Reading
from app.errors import Conflict, NotFound, Rejected
from app.models import IngestSource, Packet, User
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import company_id, customers, session

MAX_BYTES: Final = 200 * 1024 * 1024
MAX_ROWS: Final = 1_000_000
PAGE: Final = 50
LONGEST_NAME: Final = 120
SOURCES: Final = {"upload": "Uploaded in the portal", "terminal": "Given at the terminal"}


@dataclass(frozen=True, slots=True)
class PacketLine:
    """One line of the list of imports."""

    packet: Packet
    by: str

    @property
    def id(self) -> int:
        return self.packet.id

    @property
    def created_at(self) -> datetime:
        return self.packet.created_at


def take_in(
    arrived: store.Arrived,
    *,
    filename: str,
    by: int | None,
    customer_id: int | None = None,
    source: str = "upload",
    read_now: bool = True,
    upload_key: str | None = None,
) -> Packet:
    """Make a packet of an arrived file, keep the file, promise that it is read unless the caller does.

    A person who may see only some customers names one of them; raises Rejected where that is missing. The
    same file with the same `upload_key` makes one packet, however often it arrives, until it is discarded.
    """
    values = {
        "customer_id": _allowed_customer(customer_id),
        "filename": shown_name(filename),
        "file_size": arrived.size,
        "sha256": arrived.sha256,
        "upload_key": upload_key,
    }
    packet = _insert({**values, "data_ingest_source_id": _source(source), "created_by": by})
    if packet is None:
        return _arrived_before(values)
    store.keep(arrived, packet.company_id, packet.id)
    stages.write_down(packet.id, "", "received", noted={"bytes": arrived.size}, by=by)
    events.record("packet.uploaded", "data_packets", packet.id, filename=packet.filename)
    if read_now:
        enqueue_after_commit(JobName.READ_PACKET, packet.company_id, packet.id)
    return packet


def packet(packet_id: int) -> Packet:
    """Return one packet of the open company that the open transaction may see; raise NotFound."""
    found = session().get(Packet, (company_id(), packet_id), populate_existing=True)
    if found is None:
        raise NotFound("There is no such import.")
    return found


def list_packets(*, before: int | None = None, limit: int = PAGE) -> list[PacketLine]:
    """Return imports, newest first, those with an id below `before` where it is given."""
    query = _lines().where(Packet.stage != "stopped").order_by(Packet.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Packet.id < before)
    return [PacketLine(row[0], _name(row)) for row in session().execute(query)]


def same_files(packet: Packet) -> list[PacketLine]:
    """Return earlier imports of exactly the same file, those that made most records first."""
    records = func.coalesce(Packet.counts["records"].as_integer(), 0)
    query = (
        _lines()
        .where(Packet.sha256 == packet.sha256, Packet.id < packet.id)
        .where(Packet.stage.not_in(("stopped", "undone")))
        .order_by(records.desc(), Packet.id.desc())
        .limit(3)
    )
    return [PacketLine(row[0], _name(row)) for row in session().execute(query)]


def discard(packet: Packet, *, by: int | None) -> None:
    """Take a packet that has imported nothing off the list; its file is kept for its retention."""
    if packet.stage not in ("received", "read", "failed") or stages.has_records(packet):
        raise Conflict("This import is running or done, so it cannot be discarded.")
    stages.move(packet.id, packet.stage, "stopped", by=by, working_until=None)
    events.record("packet.discarded", "data_packets", packet.id, filename=packet.filename)


def read_again(packet: Packet, choices: Choices, *, by: int | None, seen: int) -> None:
    """Write down how the file is to be read and promise that it will be; columns are matched anew."""
    if packet.stage != "read" and not failed_to_read(packet):
        raise Conflict("This file is being read or imported. Wait a moment, then reload the page.")
    operations.append(packet, "read", choices_json(choices), by=by, seen=seen)
    stages.move(packet.id, packet.stage, "received", by=by, problem="", progress={}, counts={})
    enqueue_after_commit(JobName.READ_PACKET, packet.company_id, packet.id)


def failed_to_read(packet: Packet) -> bool:
    """Tell whether the file could not be read, which other choices of how to read it may mend."""
    return packet.stage == "failed" and stages.stage_before_failing(packet.id) == "received"


def try_again(packet: Packet, *, by: int | None) -> None:
    """Bring a failed packet back to where it stood and ring for it."""
    if packet.stage != "failed":
        raise Conflict("This import has not failed. Reload the page to see how it stands now.")
    stage = stages.stage_before_failing(packet.id)
    if stage in ("cleaned", "deduplicated"):
        stage = "mapped"  # the rows are judged again: what had been written about them may be gone
    stages.move(packet.id, "failed", stage, by=by, problem="", working_until=None)
    job = JobName.READ_PACKET if stage == "received" else JobName.RUN_PACKET
    enqueue_after_commit(job, packet.company_id, packet.id)


def remember(packet: Packet, **details: Any) -> None:
    """Keep something with the packet that is no decision about its rows."""
    packet.details = {**packet.details, **details}
    session().flush()


def reading_of(packet: Packet) -> Reading:
    """Return what was read; raise Conflict while the file has not been read."""
    if packet.reading is None:
        raise Conflict("The file has not been read yet. Wait a moment, then reload the page.")
    return Reading.from_json(packet.reading)


def rows_of(packet: Packet) -> Path:
    """Return the rows that were read (Parquet)."""
    return store.rows_file(packet.company_id, packet.id)


def choices_of(packet: Packet) -> Choices:
    """Return how people want the file to be read; what they left open is None."""
    made = [one for one in operations.in_force(packet) if one.kind == "read"]
    return Choices(**made[-1].payload) if made else Choices()


def load_map_of(packet: Packet) -> LoadMap:
    """Return what the columns mean now: the last map of the operations in force."""
    for operation in reversed(operations.in_force(packet)):
        if "load_map" in operation.payload:
            return LoadMap.from_json(operation.payload["load_map"])
    raise Conflict("The columns have not been matched yet.")


def choices_json(choices: Choices) -> dict[str, Any]:
    return {
        "sheet": choices.sheet,
        "header_row": choices.header_row,
        "encoding": choices.encoding,
        "delimiter": choices.delimiter,
    }


def shown_name(filename: str) -> str:
    """Return a file's name as we show it: no folders, no control or direction marks, not endless."""
    base = PurePosixPath(filename.replace("\\", "/")).name
    plain = "".join(one for one in base if one.isprintable()).strip()
    return plain[:LONGEST_NAME] or "unnamed file"


def _insert(values: dict[str, Any]) -> Packet | None:
    """Add a packet and return it; None where the same upload has made one, maybe at this very moment."""
    statement = insert(Packet).values(company_id=company_id(), **values).on_conflict_do_nothing()
    return session().scalar(statement.returning(Packet))


def _arrived_before(values: dict[str, Any]) -> Packet:
    query = select(Packet).where(
        Packet.company_id == company_id(),
        Packet.upload_key == values["upload_key"],
        Packet.sha256 == values["sha256"],
        Packet.customer_id.is_not_distinct_from(values["customer_id"]),
        Packet.stage != "stopped",
    )
    return session().scalars(query).one()


def _allowed_customer(customer_id: int | None) -> int | None:
    allowed = customers()
    if allowed is None or customer_id in allowed:
        return customer_id
    if customer_id is None and len(allowed) == 1:
        return allowed[0]
    raise Rejected("Say to whom these people belong.", field="customer_id")


def _source(kind: str) -> int:
    session().execute(
        insert(IngestSource)
        .values(company_id=company_id(), name=SOURCES[kind], kind=kind)
        .on_conflict_do_nothing()
    )
    query = select(IngestSource.id).where(
        IngestSource.company_id == company_id(), IngestSource.name == SOURCES[kind]
    )
    return session().execute(query).scalar_one()


def _lines() -> Select[Any, Any]:
    name = func.trim(User.first_name + " " + User.last_name)
    return (
        select(Packet, name)
        .outerjoin(User, User.id == Packet.created_by)
        .where(Packet.company_id == company_id())
    )


def _name(row: Row[Any, Any]) -> str:
    return row[1] or ""
