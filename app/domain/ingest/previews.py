"""Steps 3 and 5 of the wizard: the very messages that rows will become, and numbers over all of them.

What is shown comes from a ledger written by the verb that the import runs, and is rendered by what sends.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.ingest import first_rows, packets, store
from app.domain.ingest.contexts import customers_by_external_id
from app.domain.ingest.first_rows import FirstRow
from app.domain.ingest.highlights import (
    Histogram,
    Look,
    Parts,
    customers_in,
    highlights,
    histogram,
    look_at,
    values_of,
)
from app.domain.ingest.ledger import LedgerRow
from app.domain.merge.compile import compile_wording
from app.domain.merge.outgoing import message_text
from app.domain.merge.segments import Segments, count_segments
from app.domain.merge.templates import TemplateView
from app.domain.tenancy.companies import company_by_id, customers_here, customers_off, merge_values
from app.errors import NotFound
from app.models import Packet
from app.unit_of_work import company_id


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


class Preview:
    """One packet's preview ledger, opened for the length of one page."""

    def __init__(self, packet: Packet) -> None:
        """Raise NotFound where the rows have not been judged yet."""
        self._path = store.ledger_file(packet.company_id, packet.id, of=store.PREVIEW)
        if not self._path.is_file():
            raise NotFound("The rows have not been looked at yet. Go back to “Match columns” and on again.")
        self._parts = merge_parts()

    def look(self, row: int | None) -> Look:
        """Return the row of that number, or the nearest there is, with its neighbours."""
        return look_at(self._path, row)

    def stops(self, counted: Histogram) -> list[Stop]:
        """Return the rows worth a look: the first, the longest text, one of each problem, one at random."""
        found = highlights(self._path)
        stops = [Stop("First row", found.first)] if found.first is not None else []
        if counted.longest_row is not None:
            stops.append(Stop("Longest text", counted.longest_row))
        stops += [Stop(problem, row) for problem, row in found.problems]
        if found.warned is not None:
            stops.append(Stop("Something left out", found.warned))
        return stops + ([Stop("At random", secrets.choice(found.some))] if found.some else [])

    def samples(self, row: LedgerRow, template: TemplateView) -> list[Sample]:
        """Return the messages that this row becomes by the template's channels; none for one kept out."""
        if row.fate != "record":
            return []
        return _samples(row, template, self._parts)

    def waiting(self) -> list[str]:
        """Return the names of customers in the file for which sending is turned off."""
        off = customers_off()
        named = customers_in(self._path) if off else set()
        return [one.name for one in off if one.id in named]

    def histogram(self, template: TemplateView) -> Histogram:
        """Count the segments of the template's texts; nothing where it has no wording for texts."""
        return histogram_of(self._path, template, self._parts)


def prepare(ledger_file: Path, template: TemplateView | None, parts: Parts) -> None:
    """Work out what the first look at the preview with that template will ask for."""
    highlights(ledger_file)
    if template is not None:
        histogram_of(ledger_file, template, parts)


def histogram_of(ledger_file: Path, template: TemplateView, parts: Parts) -> Histogram:
    """Count the segments of a template's texts over a ledger's records."""
    version = template.versions.get("sms")
    return histogram(ledger_file, version.body, parts) if version is not None else Histogram()


def first_samples(packet: Packet, template: TemplateView) -> list[Sample]:
    """Return what the file's first row would become as its columns are matched now.

    A row that would be kept out shows its fields all the same.
    """
    row = first_rows.first_row(
        packets.rows_of(packet),
        packets.load_map_of(packet),
        customer_id=packet.customer_id,
        customers=customers_by_external_id,
    )
    return _samples(row, template, merge_parts(), to="the first person")


def merge_parts() -> dict[int | None, dict[str, Any]]:
    """Return what wordings see beside a record, by the number of its customer."""
    company = company_by_id(company_id())
    whole: dict[int | None, dict[str, Any]] = {None: merge_values(company)}
    return whole | {one.id: merge_values(company, one) for one in customers_here(with_off=True)}


def _samples(
    row: LedgerRow | FirstRow, template: TemplateView, parts: Parts, *, to: str = ""
) -> list[Sample]:
    """Render a template's newest wordings for one row; `to` stands in for an address it lacks."""
    values = values_of(row.data, row.customer_id, parts)
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
