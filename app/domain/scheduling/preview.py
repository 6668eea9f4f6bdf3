"""A message as the person will receive it, written by the renderer that sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.domain.merge.compile import compile_wording
from app.domain.merge.names import proper_name
from app.domain.merge.outgoing import message_text, subject_line
from app.domain.merge.segments import count_segments
from app.domain.merge.templates import TemplateView
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.naming import MergeParts, merge_parts
from app.errors import Rejected
from app.unit_of_work import company_id, session


@dataclass(frozen=True, slots=True)
class Shown:
    """One rendered message; `parts` are the segments of a text, `problem` says why it cannot go out."""

    channel: str
    sender: str
    to: str
    person: str
    subject: str
    body: str
    parts: tuple[str, ...]
    note: str
    problem: str = ""


def preview_first(template: TemplateView, audience: Audience, channels: list[str]) -> list[Shown]:
    """Return the message of the audience's first person who has an address, once a channel."""
    parts = merge_parts()
    shown = []
    for channel in channels:
        record, version = first_record(audience, channel), template.versions[channel]
        if record is not None:
            written = show(
                channel,
                body=version.body,
                subject=version.subject,
                data=record.data,
                customer_id=record.customer_id,
                to=record.address,
                parts=parts,
            )
            shown.append(written)
    return shown


def show(
    channel: str,
    *,
    body: str,
    subject: str,
    data: Mapping[str, Any],
    customer_id: int | None,
    to: str,
    parts: MergeParts,
) -> Shown:
    """Render one wording for one record, as the queue would be filled with it."""
    values = parts.values(dict(data), customer_id)
    written = message_text(compile_wording(body)(values))
    title, problem = "", ""
    try:
        title = subject_line(compile_wording(subject)(values)) if channel == "email" else ""
    except Rejected as refused:
        problem = refused.message
    return shown_as(channel, body=written, subject=title, data=data, to=to, parts=parts, problem=problem)


def shown_as(
    channel: str,
    *,
    body: str,
    subject: str,
    data: Mapping[str, Any],
    to: str,
    parts: MergeParts,
    problem: str = "",
) -> Shown:
    """Dress an already rendered message with its sender, its person and, for a text, its segments."""
    sender = parts.company.from_email if channel == "email" else parts.company.from_phone
    segments: tuple[str, ...] = ()
    note = ""
    if channel == "sms":
        counted = count_segments(body)
        segments = counted.parts
        note = f"{counted.segments} segment{'' if counted.segments == 1 else 's'} · {counted.encoding}"
    return Shown(channel, sender, to, person_name(data), subject, body, segments, note, problem)


def person_name(data: Mapping[str, Any]) -> str:
    """Return how a list calls the person of a record; empty where the record has no name."""
    given = [data.get(key) for key in ("first_name", "last_name")]
    name = " ".join(proper_name(str(one)) for one in given if one)
    return name or proper_name(str(data.get("full_name") or ""))


def first_record(audience: Audience, channel: str) -> Any:
    """Return data, customer_id and address of the first person whom the channel reaches, None without one."""
    address = "r.email" if channel == "email" else "r.phone"
    return (
        session()
        .execute(
            text(
                f"SELECT r.data, r.customer_id, {address} AS address FROM contact_records r "
                f"WHERE {audience.condition('r')} AND {address} IS NOT NULL ORDER BY r.id LIMIT 1"
            ),
            {"company": company_id(), **audience.parameters()},
        )
        .first()
    )
