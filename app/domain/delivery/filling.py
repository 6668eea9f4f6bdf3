"""Renders due messages into the queue, a batch at a time: from here on a text is what will be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text

from app.domain.delivery.lanes import open_lanes
from app.domain.merge.compile import Renderer, compile_wording
from app.domain.merge.outgoing import message_text, subject_line
from app.domain.merge.segments import count_segments
from app.domain.scheduling.joins import join_by_hash
from app.domain.scheduling.naming import MergeParts, merge_parts
from app.errors import Rejected
from app.models import TemplateVersion
from app.unit_of_work import company_id, session

BATCH: Final = 2_000
LONGEST_TEXT: Final = 1_600
# What belongs to a customer that is turned off stays planned; the list of them is read once a statement.
OF_ACTIVE: Final = (
    "coalesce(m.customer_id, 0) <> ALL (ARRAY(SELECT off.id FROM customers off "
    "WHERE off.company_id = b.company_id AND NOT off.active))"
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message as it will be sent; `problem` says in a sentence why it cannot be."""

    message_id: int
    lane_id: int
    body: str
    subject: str
    segments: int | None
    problem: str


def fill_queue(*, batch: int = BATCH) -> list[int]:
    """Render up to `batch` due messages of the company into the queue; return the lanes they wait in.

    Emergencies come first. An empty list means that nothing is due.
    """
    due = _due(batch)
    if not due:
        return []
    lanes = open_lanes((row.contact_method, row.priority) for row in due)
    wordings = _wordings({row.template_version_id for row in due})
    parts = merge_parts()
    rendered = [
        _render(row, wordings[row.template_version_id], lanes[row.contact_method, row.priority], parts)
        for row in due
    ]
    _store(rendered, parts)
    return sorted({one.lane_id for one in rendered})


def companies_with_due_messages() -> list[int]:
    """Return the companies for which `fill_queue` has something to do. Looks across companies."""
    rows = session().execute(
        text(
            "SELECT DISTINCT b.company_id FROM broadcasts b JOIN companies c ON c.id = b.company_id "
            "WHERE c.active AND b.state IN ('planning', 'sending') AND EXISTS (SELECT 1 FROM messages m "
            "WHERE m.company_id = b.company_id AND m.broadcast_id = b.id AND m.queued_at IS NULL "
            f"AND m.processed IS NULL AND m.contact_date <= now() AND {OF_ACTIVE})"
        )
    )
    return list(rows.scalars())


def _due(batch: int) -> Sequence[Any]:
    """Take due messages broadcast by broadcast, so that a paused one with many never stands in the way."""
    return (
        session()
        .execute(
            text(
                "SELECT due.* FROM broadcasts b CROSS JOIN LATERAL (SELECT m.id, m.data, m.customer_id, "
                "m.contact_method, m.priority, m.template_version_id FROM messages m "
                "WHERE m.company_id = b.company_id AND m.broadcast_id = b.id AND m.queued_at IS NULL "
                f"AND m.processed IS NULL AND m.contact_date <= now() AND {OF_ACTIVE} "
                "ORDER BY m.contact_date LIMIT :batch "
                "FOR NO KEY UPDATE SKIP LOCKED) AS due "
                "WHERE b.company_id = :company AND b.state IN ('planning', 'sending') "
                "ORDER BY due.priority LIMIT :batch"
            ),
            {"company": company_id(), "batch": batch},
        )
        .all()
    )


def _wordings(version_ids: set[int]) -> Mapping[int, tuple[Renderer, Renderer]]:
    """Return for each version what renders its body and its subject."""
    versions = session().scalars(
        select(TemplateVersion).where(
            TemplateVersion.company_id == company_id(), TemplateVersion.id.in_(version_ids)
        )
    )
    return {one.id: (compile_wording(one.body), compile_wording(one.subject)) for one in versions}


def _render(row: Any, wording: tuple[Renderer, Renderer], lane_id: int, parts: MergeParts) -> Rendered:
    render_body, render_subject = wording
    values = parts.values(row.data, row.customer_id)
    body, subject, problem = message_text(render_body(values)), "", ""
    if row.contact_method == "email":
        try:
            subject = subject_line(render_subject(values))
        except Rejected as refused:
            problem = refused.message
    segments = count_segments(body).segments if row.contact_method == "sms" else None
    if not body.strip():
        problem = "The message is empty for this person."
    elif segments is not None and len(body) > LONGEST_TEXT:
        problem = f"The text is {len(body):,} characters long; {LONGEST_TEXT:,} is the most that can be sent."
    return Rendered(row.id, lane_id, body, subject, segments, problem)


def _store(rendered: list[Rendered], parts: MergeParts) -> None:
    join_by_hash()
    session().execute(
        text(STORE),
        {
            "company": company_id(),
            "from_phone": parts.company.from_phone,
            "from_email": parts.company.from_email,
            "ids": [one.message_id for one in rendered],
            "lanes": [one.lane_id for one in rendered],
            "bodies": [one.body for one in rendered],
            "subjects": [one.subject for one in rendered],
            "segments": [one.segments for one in rendered],
            "problems": [one.problem for one in rendered],
        },
    )


# What cannot be sent ends here, with its reason; all else stands in the queue in the same statement.
STORE: Final = """
WITH rendered AS (
    SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:lanes AS bigint[]), CAST(:bodies AS text[]),
        CAST(:subjects AS text[]), CAST(:segments AS smallint[]), CAST(:problems AS text[]))
        AS r (id, lane_id, body, subject, segments, problem)),
told AS (
    UPDATE messages m SET queued_at = now(), body = r.body, segments = r.segments, updated_at = now(),
        contact_status = CASE WHEN r.problem = '' THEN 'queued' ELSE 'failed' END,
        contact_status_description = r.problem,
        processed = CASE WHEN r.problem = '' THEN NULL ELSE now() END
    FROM rendered r WHERE m.company_id = :company AND m.id = ANY (:ids) AND m.id = r.id
    RETURNING m.id, m.contact_method, m.customer_id, m.to_address, m.contact_date, m.priority,
        r.lane_id, r.body, r.subject, r.problem)
INSERT INTO queue (company_id, channel, message_id, lane_id, customer_id, from_address, to_address,
    message_data, contact_date, priority)
SELECT :company, contact_method, id, lane_id, customer_id,
    CASE contact_method WHEN 'email' THEN :from_email ELSE :from_phone END, to_address,
    jsonb_build_object('body', body, 'subject', subject), contact_date, priority
FROM told WHERE problem = '' ORDER BY id
ON CONFLICT DO NOTHING
"""
