"""Step 6 of the wizard: what a person agreed to, written down once, before anything is imported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.domain.ingest import counts, load_maps, matching, operations, packets, stages
from app.errors import Conflict, Rejected
from app.models import Packet
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import session

SAVE_NEW: Final = "new"
SAVE_VERSION: Final = "version"
SAVE_NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be sent to the imported people: a template by some channels, at an aware moment."""

    template_id: int
    channels: tuple[str, ...]
    send_at: datetime

    def to_json(self) -> dict[str, Any]:
        return {
            "template_id": self.template_id,
            "channels": list(self.channels),
            "send_at": self.send_at.isoformat(),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Wish":
        return cls(
            stored["template_id"], tuple(stored["channels"]), datetime.fromisoformat(stored["send_at"])
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person agreed to: `saving` is one of the three above, `load_name` that of a new load map."""

    saving: str = SAVE_NOTHING
    load_name: str = ""
    wish: Wish | None = None


def confirm(
    packet: Packet,
    answers: Answers,
    *,
    by: int | None,
    request_key: str,
    seen: int | None = None,
    run_now: bool = True,
) -> None:
    """Save the load map, keep the wish, and promise the import; the same request key does it only once.

    `seen` is the position of the operations that the person's page showed; raises Conflict where the columns
    were matched otherwise meanwhile, or somebody else has confirmed. With `run_now=False` the caller runs it.
    """
    session().refresh(packet, with_for_update=True)  # of two confirmations, one comes second
    if is_repeated(packet, request_key):
        return
    refuse_late(packet, seen)
    _keep(packet, answers, by, request_key)
    if run_now:
        enqueue_after_commit(JobName.RUN_PACKET, packet.company_id, packet.id)


def is_repeated(packet: Packet, request_key: str) -> bool:
    """Tell whether this very confirmation has been taken in before: somebody pressed twice."""
    return packet.stage != "read" and bool(request_key) and packet.request_key == request_key


def refuse_incomplete(packet: Packet) -> None:
    """Raise Rejected where nobody could be reached, or where no row would become a record."""
    if not matching.needs(packet, matching.match_lines(packet))[0].done:
        raise Rejected(
            "No column is matched with a phone number or an e-mail address, so nobody could be reached."
        )
    if counts.is_counted(packet) and not packet.counts.get("records"):
        if packet.counts.get("duplicates") == packet.counts.get("rows"):
            raise Rejected("Every row of this file has been imported before, so there is nothing to import.")
        raise Rejected(
            "No row of this file can be imported. Look at the reasons, then match the columns anew."
        )


def wish_of(packet: Packet) -> Wish | None:
    """Return what is to be sent after this import, None where it is stored only."""
    stored = packet.details.get("send")
    return Wish.from_json(stored) if stored else None


def refuse_late(packet: Packet, seen: int | None) -> None:
    """Raise Conflict where it was confirmed already, or its columns were matched otherwise than `seen`."""
    if packet.stage != "read":
        raise Conflict("This import has been confirmed already. Reload the page to see how it stands now.")
    if seen is not None and seen != packet.operation_position:
        raise Conflict(operations.SOMEONE_FASTER)


def _keep(packet: Packet, answers: Answers, by: int | None, request_key: str) -> None:
    load_map_id, version = _save(packet, answers, by)
    wish = answers.wish.to_json() if answers.wish else None
    packets.remember(packet, send=wish, confirmed_by=by)
    stages.move(
        packet.id,
        "read",
        "mapped",
        noted={"columns": len(packets.load_map_of(packet).columns)},
        by=by,
        request_key=request_key,
        progress={},
        load_map_id=load_map_id,
        load_map_version=version,
    )


def _save(packet: Packet, answers: Answers, by: int | None) -> tuple[int | None, int | None]:
    load_map, columns = packets.load_map_of(packet), packets.reading_of(packet).columns
    base = matching.base_of(packet).payload
    if answers.saving == SAVE_NEW:
        saved = load_maps.save_new(
            answers.load_name, load_map, columns, by=by, customer_id=packet.customer_id
        )
        return saved.id, saved.version
    if answers.saving == SAVE_VERSION and "load_map_id" in base:
        saved = load_maps.save_version(base["load_map_id"], load_map, columns, by=by)
        return saved.id, saved.version
    unchanged = base.get("load_map") == load_map.to_json()
    return (base["load_map_id"], base["version"]) if "load_map_id" in base and unchanged else (None, None)
