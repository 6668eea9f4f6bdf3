"""Step 3 of the wizard: which column means what, one decision at a time, each of which can be undone."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from app.domain.ingest import dates, load_maps, operations, packets
from app.domain.ingest.dates import ORDERS, DateProof
from app.domain.ingest.fields import BY_KEY
from app.domain.ingest.load_map import USUAL_DATE_ORDER, LoadMap, MappedColumn, extra_names, proposed_map
from app.domain.ingest.reading.shapes import Reading
from app.domain.ingest.suggest import CHECK, Suggestion, suggest
from app.domain.ingest.targets import ADDRESSES, filled_fields, wanted_fields
from app.errors import Conflict, Rejected
from app.models import Packet, PacketOperation

IGNORE: Final = "ignore"
KEEP: Final = "keep"
# A wrong guess here reaches the wrong person or at the wrong hour, so a doubtful one needs a person's yes.
NEEDS_A_YES: Final = frozenset({"phone", "email", "date", "time", "id"})


@dataclass(frozen=True, slots=True)
class Match:
    """One line of the page: a file's column, what is proposed for it and what is chosen now.

    `target` is a field's key, "keep" or "ignore"; `doubtful` asks a person to say yes or choose another.
    """

    suggestion: Suggestion
    chosen: MappedColumn
    target: str
    doubtful: bool

    @property
    def column(self) -> int:
        return self.chosen.column

    @property
    def is_date(self) -> bool:
        return self.chosen.field is not None and BY_KEY[self.chosen.field].kind == "date"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to match: in words, if it is done, its column, and whether it keeps one from going on."""

    words: str
    done: bool
    column: int | None = None
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """What the columns mean before anybody has looked: by a load map that fits exactly, or as suggested."""

    payload: dict[str, Any]
    recognised: bool


def first_match(reading: Reading, rows_file: Path, known: Sequence[load_maps.SavedMap]) -> FirstMatch:
    """Propose what the columns mean; touches no database, because looking at all values takes a while."""
    suggestions = suggest(reading, rows_file, [saved.as_known() for saved in known])
    payload: dict[str, Any] = {"suggestions": [asdict(one) for one in suggestions]}
    exact = load_maps.made_for(reading.columns, known)
    if exact is None:
        return FirstMatch({**payload, "load_map": proposed_map(suggestions, rows_file).to_json()}, False)
    return FirstMatch({**payload, **_named(exact), "load_map": exact.load_map.to_json()}, True)


def begin(packet: Packet, first: FirstMatch) -> None:
    """Write down the first match of a packet whose file has been read."""
    operations.append(packet, "recognised" if first.recognised else "suggested", first.payload, by=None)


def use_saved(packet: Packet, saved: load_maps.SavedMap, *, by: int | None) -> None:
    """Match a packet's columns by a load map that somebody named; raise Rejected where it does not fit."""
    fitting = load_maps.fitted(saved, packets.reading_of(packet).columns)
    payload = {**base_of(packet).payload, **_named(saved), "load_map": fitting.to_json()}
    operations.append(packet, "recognised", payload, by=by)


def base_of(packet: Packet) -> PacketOperation:
    """Return the operation that made the first match: "suggested" or "recognised"."""
    return _since_base(packet)[0]


def match_lines(packet: Packet) -> list[Match]:
    """Return one line per column of the file, in its order."""
    load_map, (base, *since) = packets.load_map_of(packet), _since_base(packet)
    decided = {one.payload["column"] for one in since if one.kind == "match"}
    suggestions = [_suggestion(stored) for stored in base.payload["suggestions"]]
    chosen = {one.column: one for one in load_map.columns}
    recognised = base.kind == "recognised"
    return [
        _match(one, chosen[one.column], settled=recognised or one.column in decided) for one in suggestions
    ]


def match_column(packet: Packet, column: int, target: str, *, by: int | None, seen: int) -> list[int]:
    """Say what a column means and return the columns whose lines change.

    A field that another column had moves here; that column is then kept under its own name.
    """
    _still_open(packet)
    load_map = packets.load_map_of(packet)
    names = extra_names([one.header for one in load_map.columns])
    if not 0 <= column < len(load_map.columns) or (target not in (KEEP, IGNORE) and target not in BY_KEY):
        raise Rejected("Choose one of the targets in the list.", field=f"target-{column}")
    changed = [column]
    columns = []
    for one in load_map.columns:
        if one.column == column:
            columns.append(_mapped(packet, one, target, names[column]))
        elif one.field is not None and one.field == target:
            columns.append(replace(one, field=None, extra=names[one.column], date_order=None))
            changed.append(one.column)
        else:
            columns.append(one)
    _write(packet, "match", replace(load_map, columns=tuple(columns)), by, seen, column=column, target=target)
    return sorted(changed)


def choose_date_order(packet: Packet, column: int, order: str, *, by: int | None, seen: int) -> None:
    """Say in which order a column's dates are written: MDY, DMY or YMD."""
    _still_open(packet)
    load_map = packets.load_map_of(packet)
    found = next((one for one in load_map.columns if one.column == column and one.date_order), None)
    if found is None or order not in ORDERS:
        raise Rejected("Choose one of the orders in the list.", field=f"order-{column}")
    columns = tuple(replace(one, date_order=order) if one is found else one for one in load_map.columns)
    _write(packet, "date_order", replace(load_map, columns=columns), by, seen, column=column, order=order)


def undo(packet: Packet, *, by: int | None, seen: int) -> PacketOperation:
    """Take back the last decision about columns."""
    _still_open(packet)
    return operations.undo(packet, by=by, seen=seen)


def can_undo(packet: Packet) -> bool:
    return any(one.kind not in operations.BEGINNINGS for one in operations.in_force(packet)[-1:])


def date_proofs(packet: Packet, lines: Sequence[Match]) -> dict[int, DateProof]:
    """Return for each column matched as a date what its values prove about their order."""
    return dates.date_proofs(packets.rows_of(packet), [line.column for line in lines if line.is_date])


def needs(packet: Packet, lines: Sequence[Match], wordings: Iterable[str] = ()) -> list[Need]:
    """Return what must be matched before the file can be imported and these wordings be sent, in order."""
    filled = filled_fields(packets.load_map_of(packet))
    found = [Need("A phone number or an e-mail address", bool(filled & set(ADDRESSES)))]
    for name in wanted_fields(wordings):
        label = BY_KEY[name].label if name in BY_KEY else name
        found.append(Need(f"{label}, which the wording shows", name in filled, blocks=False))
    found += [
        Need(f"Say whether “{line.suggestion.header}” is right", False, line.column)
        for line in lines
        if line.doubtful
    ]
    return found


def _match(suggestion: Suggestion, chosen: MappedColumn, *, settled: bool) -> Match:
    target = chosen.field or (KEEP if chosen.extra else IGNORE)
    doubtful = (
        not settled
        and suggestion.confidence == CHECK
        and suggestion.field == chosen.field
        and chosen.field is not None
        and BY_KEY[chosen.field].kind in NEEDS_A_YES
    )
    return Match(suggestion, chosen, target, doubtful)


def _mapped(packet: Packet, column: MappedColumn, target: str, own_name: str) -> MappedColumn:
    if target == IGNORE:
        return replace(column, field=None, extra=None, date_order=None)
    if target == KEEP:
        return replace(column, field=None, extra=own_name, date_order=None)
    order = None
    if BY_KEY[target].kind == "date":
        order = column.date_order or _proven_order(packet, column.column) or USUAL_DATE_ORDER
    return replace(column, field=target, extra=None, date_order=order)


def _proven_order(packet: Packet, column: int) -> str | None:
    return dates.date_proofs(packets.rows_of(packet), [column])[column].order


def _write(packet: Packet, kind: str, load_map: LoadMap, by: int | None, seen: int, **decision: Any) -> None:
    payload = {**decision, "load_map": load_map.to_json()}
    operations.append(packet, kind, payload, by=by, seen=seen)


def _since_base(packet: Packet) -> list[PacketOperation]:
    """Return the first match and what was decided after it; reading a file again begins anew."""
    found: list[PacketOperation] = []
    for operation in reversed(operations.in_force(packet)):
        found.insert(0, operation)
        if operation.kind in ("suggested", "recognised"):
            return found
    raise Conflict("The columns have not been matched yet. Wait a moment, then reload the page.")


def _named(saved: load_maps.SavedMap) -> dict[str, Any]:
    return {"load_map_id": saved.id, "version": saved.version, "name": saved.name}


def _still_open(packet: Packet) -> None:
    if packet.stage != "read":
        raise Conflict("This import has been confirmed, so its columns can no longer be changed.")


def _suggestion(stored: dict[str, Any]) -> Suggestion:
    return Suggestion(**{**stored, "samples": tuple(stored["samples"])})
