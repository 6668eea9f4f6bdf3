"""The rows that became no record: page by page with their reasons, and as a file to mend and send again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.audit import events
from app.domain.ingest import ledger, packets, stages, store
from app.errors import NotFound
from app.models import Packet

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """Some rows in the file's order; `next_after` begins the next page, None on the last."""

    rows: list[ledger.LedgerRow]
    next_after: int | None


def problem_page(packet: Packet, *, after: int = 0, limit: int = PAGE) -> ProblemPage:
    """Return the next problem rows after that row number; none where the rows have not been judged yet."""
    path = _ledger_of(packet)
    if not path.is_file():
        return ProblemPage([], None)
    found = ledger.problems(path, after, limit + 1)
    return ProblemPage(found[:limit], found[limit - 1].row if len(found) > limit else None)


def problem_file(packet: Packet) -> Path:
    """Write all problem rows as the client wrote them, with `_row` and `_problem`; return the CSV file."""
    path = _ledger_of(packet)
    if not path.is_file():
        raise NotFound("The rows of this import are no longer kept: their retention has ended.")
    out = store.packet_folder(packet.company_id, packet.id) / "problems.csv"
    count = ledger.write_problem_rows(packets.rows_of(packet), path, packets.reading_of(packet), out)
    events.record(
        "packet.problems_downloaded", "data_packets", packet.id, filename=packet.filename, rows=count
    )
    return out


def _ledger_of(packet: Packet) -> Path:
    judged = packet.stage == "done" or packet.stage in stages.RUNNING or packet.stage == "failed"
    return store.ledger_file(packet.company_id, packet.id, of=store.IMPORT if judged else store.PREVIEW)
