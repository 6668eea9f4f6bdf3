"""Where a packet stands in the wizard: its steps, the page to go on at, the template to show."""

from dataclasses import dataclass

from flask import g, request, url_for

from app.domain.ingest import packets, stages, targets
from app.domain.merge.templates import TemplateView
from app.models import Packet

READ, MATCH, PREVIEW, CONFIRM, RUN = range(5)
LABELS = ("What we read", "Match columns", "Preview messages", "Confirm", "Result")
ENDPOINTS = (
    "ingest.readings_edit",
    "ingest.matches_show",
    "ingest.previews_show",
    "ingest.confirmations_new",
    "ingest.runs_show",
)


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    url: str | None
    state: str


def steps(packet: Packet, current: int) -> list[Step]:
    """Return the stepper; steps that can be reached now are links."""
    return [
        Step(label, _url(packet, at, current), _state(packet, at, current)) for at, label in enumerate(LABELS)
    ]


def next_url(packet: Packet) -> str:
    """Return the address of the page at which a person goes on with this packet."""
    if packet.stage == "received" or packets.failed_to_read(packet):
        return url_for("ingest.readings_show", packet_id=packet.id)
    if packet.stage == "read":
        recognised = "position" in packet.counts or "counting" in packet.progress
        endpoint = "ingest.previews_show" if recognised else "ingest.matches_show"
        if not recognised and is_doubtful(packet):
            endpoint = "ingest.readings_edit"
        return url_for(endpoint, packet_id=packet.id)
    return url_for("ingest.runs_show", packet_id=packet.id)


def is_doubtful(packet: Packet) -> bool:
    """Tell whether a person should look at what was read before matching columns."""
    reading = packets.reading_of(packet)
    chosen = packets.choices_of(packet)
    if chosen.header_row is not None or chosen.sheet is not None:
        return False
    full = [sheet for sheet in reading.sheets if sheet.visible and sheet.rows != 0]
    return reading.header_row == 0 or len(full) > 1


def shown_template(packet: Packet, templates: list[TemplateView]) -> TemplateView | None:
    """Return the template that samples show: the one in the address or the form, else one that fits."""
    wanted = request.values.get("template", "")
    chosen = next((one for one in templates if str(one.id) == wanted), None)
    return chosen or targets.fitting_template(targets.filled_fields(packets.load_map_of(packet)), templates)


def wordings(template: TemplateView | None) -> list[str]:
    return [version.body for version in template.versions.values()] if template else []


def _url(packet: Packet, at: int, current: int) -> str | None:
    if at == current:
        return None
    if at == CONFIRM and not g.access.may("ingest", "run"):
        return None
    open_now = packet.stage == "read" and at != RUN
    counted = "position" in packet.counts
    if (open_now and (at <= MATCH or counted)) or (at == RUN and packet.stage in (*stages.RUNNING, "done")):
        return url_for(ENDPOINTS[at], packet_id=packet.id, template=request.args.get("template"))
    return None


def _state(packet: Packet, at: int, current: int) -> str:
    if at == current:
        return "current"
    return "done" if at < current or packet.stage == "done" else "todo"
