"""From a stored file to records, in stages that a crash can only interrupt, never repeat.

Long work runs between transactions. These verbs open none themselves: the door that calls them lends its
own, and so decides in whose name and for which company each stage is committed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from time import monotonic

from sqlalchemy.orm import Session

from app.domain.audit import events
from app.domain.ingest import (
    counts,
    first_rows,
    load_maps,
    matching,
    packets,
    previews,
    stages,
    store,
    targets,
)
from app.domain.ingest.contexts import cleaning_context
from app.domain.ingest.dates import date_proofs
from app.domain.ingest.evaluate import evaluate, totals_of
from app.domain.ingest.kept import forget_earlier
from app.domain.ingest.known import count_known
from app.domain.ingest.load import EARLIER, load_records
from app.domain.ingest.load_map import LoadMap
from app.domain.ingest.read import read_file
from app.domain.ingest.reading.shapes import Choices, Reading
from app.errors import NotFound, Rejected
from app.models import Packet

Door = Callable[[], AbstractContextManager[Session]]


def read(packet_id: int, door: Door) -> None:
    """Read a received packet's file and match its columns; where a load map knows them all, want the counts.

    A file that cannot be read stays, and its packet says why.
    """
    with door():
        packet = packets.packet(packet_id)
        choices = packets.choices_of(packet)
        known = load_maps.saved_maps()
    if packet.stage != "received":
        return
    began = monotonic()
    try:
        reading = _read_file(packet, choices, door)
    except (Rejected, NotFound) as problem:
        _refuse(packet_id, problem.message, monotonic() - began, door)
        return
    first = matching.first_match(reading, packets.rows_of(packet), known)
    _prepare_match(packets.rows_of(packet), first)
    with door():
        _keep_reading(packet_id, reading, monotonic() - began)
        packet = packets.packet(packet_id)
        matching.begin(packet, first)
        if first.recognised:
            counts.want_counts(packet, ring=False)


def count(packet_id: int, door: Door) -> None:
    """Judge all rows as they are matched now and keep the numbers for the preview.

    Where somebody matches columns otherwise meanwhile, it begins again; where the packet is confirmed, it
    stops.
    """
    while True:
        with door():
            packet = packets.packet(packet_id)
            if packet.stage != "read" or counts.is_counted(packet) or not counts.is_wanted(packet):
                return
            load_map, context = packets.load_map_of(packet), cleaning_context(packet)
        began = monotonic()
        ledger_file = store.ledger_file(packet.company_id, packet.id, of=store.PREVIEW)
        totals = evaluate(packets.rows_of(packet), load_map, context=context, ledger_file=ledger_file)
        _prepare_preview(ledger_file, load_map, door)
        found = {**asdict(totals), "position": packet.operation_position}
        with door():
            known = count_known(ledger_file)
            found |= {"records": totals.records - known, "duplicates": totals.duplicates + known}
            found["reasons"] = {EARLIER: known, **totals.reasons} if known else totals.reasons
            counts.keep_counts(packet_id, {**found, "seconds": round(monotonic() - began, 3)})


def run(packet_id: int, door: Door, send: Callable[[Packet], int]) -> Packet:
    """Bring a confirmed packet through all its stages, from wherever it stands, and return it.

    `send` makes the broadcast that was wished for and returns its id; it is called inside a transaction and
    must make one only, however often it is asked for the same packet.
    """
    with door():
        packet = packets.packet(packet_id)
    while packet.stage in stages.RUNNING:
        if packet.stage == "mapped":
            _clean(packet, door)
        else:
            with door():
                _advance(packets.packet(packet_id), send)
        with door():
            packet = packets.packet(packet_id)
    return packet


def _read_file(packet: Packet, choices: Choices, door: Door) -> Reading:
    reading = read_file(
        store.original_file(packet.company_id, packet.id),
        filename=packet.filename,
        rows_file=packets.rows_of(packet),
        choices=choices,
        progress=lambda rows: _show_rows(packet.id, rows, door),
    )
    _refuse_too_many(reading)
    return reading


def _prepare_match(rows_file: Path, first: matching.FirstMatch) -> None:
    """Work out what the page that matches columns will ask for, while nobody waits for a page."""
    forget_earlier(rows_file)
    load_map = LoadMap.from_json(first.payload["load_map"])
    first_rows.prepare(rows_file, load_map)
    date_proofs(rows_file, [each.column for each in load_map.columns if each.date_order])


def _prepare_preview(ledger_file: Path, load_map: LoadMap, door: Door) -> None:
    """Work out what the preview will ask for, with the template that it shows unless another is chosen."""
    forget_earlier(ledger_file)
    with door():
        template = targets.fitting_template(targets.filled_fields(load_map), targets.sendable_templates())
        parts = previews.merge_parts()
    previews.prepare(ledger_file, template, parts)


def _show_rows(packet_id: int, rows: int, door: Door) -> None:
    with door():
        counts.show_progress(packet_id, rows=rows)


def _refuse_too_many(reading: Reading) -> None:
    if reading.rows > packets.MAX_ROWS:
        parts = -(-reading.rows // packets.MAX_ROWS)
        raise Rejected(
            f"The file has {reading.rows:,} rows; {packets.MAX_ROWS:,} is the most for one import. "
            f"Split it into {parts} files."
        )


def _keep_reading(packet_id: int, reading: Reading, seconds: float) -> None:
    stages.move(
        packet_id,
        "received",
        "read",
        noted={"rows": reading.rows, "columns": len(reading.columns)},
        seconds=seconds,
        reading=reading.to_json(),
        counts={"rows": reading.rows},
        progress={},
        problem="",
    )


def _refuse(packet_id: int, sentence: str, seconds: float, door: Door) -> None:
    with door():
        stages.move(
            packet_id, "received", "failed", reason=sentence, seconds=seconds, problem=sentence, progress={}
        )


def _clean(packet: Packet, door: Door) -> None:
    """Judge all rows and write the ledger; the same rows, map and context give the same one again."""
    with door():
        load_map, context = packets.load_map_of(packet), cleaning_context(packet)
    began = monotonic()
    ledger_file = store.ledger_file(packet.company_id, packet.id, of=store.IMPORT)
    totals = evaluate(packets.rows_of(packet), load_map, context=context, ledger_file=ledger_file)
    cleaned = {"rows": totals.rows, "refused": totals.refused, "warnings": totals.warnings}
    sorted_out = {"duplicates": totals.duplicates, "blocked": totals.blocked, "records": totals.records}
    with door():
        stages.move(packet.id, "mapped", "cleaned", noted=cleaned, seconds=monotonic() - began)
        stages.move(packet.id, "cleaned", "deduplicated", noted=sorted_out, counts=asdict(totals))


def _advance(packet: Packet, send: Callable[[Packet], int]) -> None:
    """Bring a packet one stage on; all that a stage does is in one transaction."""
    if packet.stage == "deduplicated":
        _load(packet)
    elif packet.stage == "loaded" and packet.details.get("send") and packet.counts.get("records"):
        broadcast_id = send(packet)
        packets.remember(packet, broadcast_id=broadcast_id)
        stages.move(packet.id, "loaded", "scheduled", noted={"broadcast": broadcast_id})
    else:
        stages.move(packet.id, packet.stage, "done", noted={"records": packet.counts.get("records", 0)})
        events.record(
            "packet.imported",
            "data_packets",
            packet.id,
            filename=packet.filename,
            records=packet.counts.get("records", 0),
            rows=packet.counts.get("rows", 0),
        )


def _load(packet: Packet) -> None:
    """Load the ledger's records and count anew: rows that an earlier file had brought are duplicates now."""
    began = monotonic()
    ledger_file = store.ledger_file(packet.company_id, packet.id, of=store.IMPORT)
    loaded = load_records(packet.company_id, packet.id, ledger_file)
    totals = asdict(totals_of(ledger_file))
    noted = {"records": loaded.records, "duplicates_of_earlier": loaded.duplicates_of_earlier}
    seconds = monotonic() - began
    stages.move(packet.id, "deduplicated", "loaded", noted=noted, seconds=seconds, counts={**totals, **noted})
