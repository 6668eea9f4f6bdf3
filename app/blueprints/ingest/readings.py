"""Step 2: what we read, its progress while it is read, and what a person says instead."""

from typing import Any

from flask import make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.doors import company_transaction, requires
from app.blueprints.ingest import blueprint
from app.blueprints.ingest.forms import DELIMITERS, ReadingForm
from app.blueprints.ingest.steps import READ, next_url, steps
from app.blueprints.options import options
from app.blueprints.pages import render_page
from app.domain.ingest import packets
from app.domain.ingest.reading.shapes import Choices, Reading
from app.models import Packet


@blueprint.get("/imports/<int:packet_id>/reading", endpoint="readings_show")
@requires("ingest", "read")
def show(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage != "received" and not packets.failed_to_read(packet):
            return redirect(next_url(packet), 303)
        form = _form(packet) if packet.reading else None
        return render_page("ingest/reading.html", packet=packet, form=form, steps=steps(packet, READ))


@blueprint.get("/imports/<int:packet_id>/reading/progress", endpoint="readings_progress")
@requires("ingest", "read", poll=True)
def progress(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.stage == "received":
            return render_page("ingest/_reading_progress.html", packet=packet)
        answer = make_response("")
        answer.headers["HX-Redirect"] = next_url(packet)
        return answer


@blueprint.get("/imports/<int:packet_id>/reading/edit", endpoint="readings_edit")
@requires("ingest", "read")
def edit(packet_id: int) -> str | Response:
    with company_transaction():
        packet = packets.packet(packet_id)
        if packet.reading is None or (packet.stage != "read" and not packets.failed_to_read(packet)):
            return redirect(next_url(packet), 303)
        return _page(packet, _form(packet))


@blueprint.post("/imports/<int:packet_id>/reading", endpoint="readings_update")
@requires("ingest", "map")
def update(packet_id: int) -> Response | tuple[str, int]:
    with company_transaction():
        packet = packets.packet(packet_id)
        form = _form(packet)
        if not form.validate_on_submit():
            return _page(packet, form), 422
        seen = request.form.get("seen", packet.operation_position, int)
        packets.read_again(packet, _choices(packet, form), by=current_user.id, seen=seen)
    return redirect(url_for("ingest.readings_show", packet_id=packet_id), 303)


def _form(packet: Packet) -> ReadingForm:
    reading, chosen = packets.reading_of(packet), packets.choices_of(packet)
    delimiter = next((name for name, one in DELIMITERS.items() if one == chosen.delimiter), "")
    form = ReadingForm(
        sheet=reading.sheet,
        header_row=reading.header_row,
        encoding=chosen.encoding or "",
        delimiter=delimiter,
    )
    form.sheet.choices = options(
        (one.name, _sheet_label(one.name, one.rows, one.visible)) for one in reading.sheets
    )
    rows = {raw.row: f"Row {raw.row}" for raw in reading.preview} | {0: "None: the first row is data"}
    rows.setdefault(reading.header_row, f"Row {reading.header_row}")
    form.header_row.choices = options(rows.items())
    return form


def _sheet_label(name: str, rows: int | None, visible: bool) -> str:
    told = "" if rows is None else f" · {rows:,} {'row' if rows == 1 else 'rows'}"
    return f"{name}{told}{'' if visible else ' · hidden'}"


def _choices(packet: Packet, form: ReadingForm) -> Choices:
    """Return what the person chose; on another sheet the header is found anew."""
    reading, before = packets.reading_of(packet), packets.choices_of(packet)
    same_sheet = (form.sheet.data or reading.sheet) == reading.sheet
    header_row = before.header_row if form.header_row.data == reading.header_row else form.header_row.data
    return Choices(
        sheet=form.sheet.data or None,
        header_row=header_row if same_sheet else None,
        encoding=form.encoding.data or None,
        delimiter=DELIMITERS.get(form.delimiter.data),
    )


def _page(packet: Packet, form: ReadingForm) -> str:
    reading: Reading = packets.reading_of(packet)
    context: dict[str, Any] = {"packet": packet, "reading": reading, "form": form}
    return render_page("ingest/edit_reading.html", steps=steps(packet, READ), **context)
