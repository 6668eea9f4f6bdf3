"""Steps 3 and 5 of the wizard: the very messages that rows will become, and numbers over all of them.

What is shown comes from a ledger written by the verb that the import runs, and is rendered by what sends.
"""

import secrets
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import duckdb
import orjson

from app.domain.ingest import ledger, packets, store
from app.domain.ingest.contexts import cleaning_context
from app.domain.ingest.engine import literal
from app.domain.ingest.evaluate import evaluate
from app.domain.merge.compile import compile_wording
from app.domain.merge.outgoing import message_text
from app.domain.merge.segments import Segments, count_segments
from app.domain.merge.templates import TemplateView
from app.domain.tenancy.companies import company_by_id, customers_here, merge_values
from app.errors import NotFound
from app.models import Packet
from app.unit_of_work import company_id

COUNTED_EXACTLY: Final = 5_000
NEAR: Final = 5_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as it would leave the house; the segments are those of a text message."""

    channel: str
    to: str
    subject: str
    body: str
    segments: Segments | None


@dataclass(frozen=True, slots=True)
class Stop:
    """One place to jump to: why the row is interesting, and which it is."""

    words: str
    row: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many texts have how many segments; over `counted` records, and `exact` where those are all."""

    bars: list[tuple[int, int]] = field(default_factory=list)
    counted: int = 0
    exact: bool = True
    longest_row: int | None = None


class Preview:
    """One packet's preview ledger, opened for the length of one page."""

    def __init__(self, packet: Packet) -> None:
        """Raise NotFound where the rows have not been judged yet."""
        self._path = store.ledger_file(packet.company_id, packet.id, of=store.PREVIEW)
        if not self._path.is_file():
            raise NotFound("The rows have not been looked at yet. Go back to “Match columns” and on again.")
        self._parts = _merge_parts()

    def row(self, row: int | None) -> ledger.LedgerRow:
        """Return the row of that number, or the nearest after it; the first where none is given."""
        found = self._ask("SELECT min(row) FILTER (row >= $1), max(row) FROM {}", row or 0)[0]
        return ledger.row_values(self._path, found[0] if found[0] is not None else found[1])

    def neighbours(self, row: int) -> tuple[int | None, int | None]:
        """Return the numbers of the rows before and after, None at an end."""
        found = self._ask(
            "SELECT max(row) FILTER (row < $1), min(row) FILTER (row > $1) FROM {} "
            f"WHERE row BETWEEN $1 - {NEAR} AND $1 + {NEAR}",
            row,
        )[0]
        return found[0], found[1]

    def stops(self, histogram: Histogram) -> list[Stop]:
        """Return the rows worth a look: the first, the longest text, one of each problem, one at random."""
        found = ledger.sample_rows(self._path, seed=secrets.randbelow(1_000_000))
        stops = [Stop("First row", found["first"].row)] if "first" in found else []
        if histogram.longest_row is not None:
            stops.append(Stop("Longest text", histogram.longest_row))
        problems = self._ask(
            "SELECT problem, min(row) FROM {} WHERE problem IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
        )
        stops += [Stop(problem, row) for problem, row in problems]
        warned = self._ask("SELECT min(row) FROM {} WHERE fate = 'record' AND len(warnings) > 0")
        stops += [Stop("Something left out", row) for (row,) in warned if row is not None]
        return stops + ([Stop("At random", found["random"].row)] if "random" in found else [])

    def samples(self, row: ledger.LedgerRow, template: TemplateView) -> list[Sample]:
        """Return the messages that this row becomes by the template's channels; none for one kept out."""
        if row.fate != "record":
            return []
        return _samples(row, template, self._parts)

    def histogram(self, template: TemplateView) -> Histogram:
        """Count the segments of the texts, of all records or, of very many, of an even sample."""
        version = template.versions.get("sms")
        if version is None:
            return Histogram()
        render = compile_wording(version.body)
        rows = self._ask(
            "SELECT * FROM (SELECT row, customer_id, data FROM {} "
            "WHERE fate = 'record' AND phone IS NOT NULL) "
            f"USING SAMPLE reservoir({COUNTED_EXACTLY + 1} ROWS) REPEATABLE (1)"
        )
        lengths = {}
        for row, customer_id, data in rows[:COUNTED_EXACTLY]:
            text = message_text(render(_values(orjson.loads(data), customer_id, self._parts)))
            counted = count_segments(text)
            lengths[row] = (counted.segments, counted.units)
        longest = max(lengths, key=lambda row: (lengths[row], -row), default=None)
        bars = sorted(Counter(segments for segments, _ in lengths.values()).items())
        return Histogram(bars, len(lengths), len(rows) <= COUNTED_EXACTLY, longest)

    def _ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        source = f"read_parquet({literal(self._path)})"
        with duckdb.connect(config={"threads": 1, "memory_limit": "128MB"}) as engine:
            return engine.execute(query.format(source), list(values)).fetchall()


def first_samples(packet: Packet, template: TemplateView) -> list[Sample]:
    """Return what the file's first row would become as its columns are matched now.

    Judges that one row by the import's own verb; a row that would be kept out shows its fields all the same.
    """
    load_map, context = packets.load_map_of(packet), cleaning_context(packet)
    with tempfile.TemporaryDirectory(dir=store.packet_folder(packet.company_id, packet.id)) as folder:
        one_row, judged = Path(folder) / "row.parquet", Path(folder) / "ledger.parquet"
        with duckdb.connect(config={"threads": 1, "memory_limit": "128MB"}) as engine:
            rows = f"read_parquet({literal(packets.rows_of(packet))})"
            engine.execute(f"COPY (SELECT * FROM {rows} LIMIT 1) TO {literal(one_row)} (FORMAT parquet)")
        evaluate(one_row, load_map, context=context, ledger_file=judged)
        found = ledger.sample_rows(judged)
    row = found.get("first") or found["problem"]
    return _samples(row, template, _merge_parts(), to="the first person")


def _samples(
    row: ledger.LedgerRow,
    template: TemplateView,
    parts: Mapping[int | None, Mapping[str, Any]],
    *,
    to: str = "",
) -> list[Sample]:
    """Render a template's newest wordings for one row; `to` stands in for an address it lacks."""
    values = _values(row.data, row.customer_id, parts)
    found = []
    for channel, address in (("sms", row.phone or to), ("email", row.email or to)):
        version = template.versions.get(channel)
        if version is None or not address:
            continue
        body = compile_wording(version.body)(values)
        if channel == "sms":
            text = message_text(body)
            found.append(Sample(channel, address, "", text, count_segments(text)))
        else:
            found.append(Sample(channel, address, compile_wording(version.subject)(values), body, None))
    return found


def _values(
    data: Mapping[str, Any], customer_id: int | None, parts: Mapping[int | None, Mapping[str, Any]]
) -> dict[str, Any]:
    return {"data": data, **parts.get(customer_id, parts[None])}


def _merge_parts() -> dict[int | None, dict[str, Any]]:
    company = company_by_id(company_id())
    whole: dict[int | None, dict[str, Any]] = {None: merge_values(company)}
    return whole | {one.id: merge_values(company, one) for one in customers_here()}
