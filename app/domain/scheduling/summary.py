"""What a broadcast would do, in numbers, before anyone confirms it: computed by the SELECT that plans it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from app.domain.merge.compile import compile_wording
from app.domain.merge.outgoing import message_text
from app.domain.merge.segments import count_segments
from app.domain.merge.templates import TemplateView, template_view
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.naming import merge_parts
from app.domain.scheduling.planned import PlannedRows, planned_rows
from app.errors import Rejected
from app.unit_of_work import company_id, session

SAMPLE: Final = 5_000


@dataclass(frozen=True, slots=True)
class AudienceSummary:
    """The check-answers page in numbers.

    `people` counts the audience, `by_channel` the messages that would go out, `excluded` by reason (a flag's
    key) those that would not. `segments` counts text segments, exactly up to 5,000 texts and from that many
    beyond (`segments_exact` says which). `first_at` and `last_at` are the first and last planned moments.
    """

    people: int
    by_channel: dict[str, int]
    excluded: dict[str, int]
    segments: int
    segments_exact: bool
    moved_into_window: int
    first_at: datetime | None
    last_at: datetime | None
    messages: int = field(default=0)


def summarise(
    template_id: int, audience: Audience, channels: Sequence[str], send_at: datetime
) -> AudienceSummary:
    """Count what would happen; raise Rejected where the template has no wording for a channel."""
    template = template_view(template_id)
    chosen = usable_channels(template, channels)
    rows = planned_rows(template, audience, chosen, send_at)
    people, without = _people(audience, chosen)
    counted = _count(rows)
    by_channel = dict.fromkeys(chosen, 0)
    excluded = {"no_address": without} if without else {}
    for row in counted:
        if row.contact_status == "planned":
            by_channel[row.contact_method] += row.messages
        else:
            excluded[row.flag] = excluded.get(row.flag, 0) + row.messages
    going = [row for row in counted if row.contact_status == "planned"]
    segments, exact = _segments(template, rows, by_channel.get("sms", 0))
    return AudienceSummary(
        people=people,
        by_channel=by_channel,
        excluded=excluded,
        segments=segments,
        segments_exact=exact,
        moved_into_window=sum(row.messages for row in going if row.flag == "moved_into_window"),
        first_at=min((row.first_at for row in going), default=None),
        last_at=max((row.last_at for row in going), default=None),
        messages=sum(by_channel.values()),
    )


def usable_channels(template: TemplateView, channels: Sequence[str]) -> list[str]:
    """Return the channels, each once; raise Rejected where there is none or one has no wording."""
    chosen = list(dict.fromkeys(channels))
    if not chosen:
        raise Rejected("Choose at least one way to reach people.", field="channels", code="no_channel")
    for channel in chosen:
        if channel not in template.versions:
            words = {"sms": "text messages", "email": "e-mail", "phone": "phone calls"}.get(channel, channel)
            sentence = f"“{template.name}” has no wording for {words}. Choose another template or channel."
            raise Rejected(sentence, field="channels", code="no_wording")
    return chosen


def _people(audience: Audience, channels: list[str]) -> tuple[int, int]:
    """Return the people in the audience, and of the (person, channel) pairs those without an address."""
    row = (
        session()
        .execute(
            text(
                "SELECT count(*) AS people, count(phone) AS phones, count(email) AS emails "
                f"FROM contact_records r WHERE {audience.condition('r')}"
            ),
            {"company": company_id(), **audience.parameters()},
        )
        .one()
    )
    with_address = [row.emails if channel == "email" else row.phones for channel in channels]
    return row.people, row.people * len(channels) - sum(with_address)


def _count(rows: PlannedRows) -> Sequence[Any]:
    return (
        session()
        .execute(
            text(
                "SELECT contact_method, contact_status, flag, count(*) AS messages, "
                "min(contact_date) AS first_at, max(contact_date) AS last_at "
                f"FROM ({rows.sql}) AS planned GROUP BY contact_method, contact_status, flag"
            ),
            dict(rows.parameters),
        )
        .all()
    )


def _segments(template: TemplateView, rows: PlannedRows, texts: int) -> tuple[int, bool]:
    if not texts:
        return 0, True
    render = compile_wording(template.versions["sms"].body)
    sample = session().execute(
        text(
            f"SELECT data, customer_id FROM ({rows.sql}) AS planned "
            "WHERE contact_method = 'sms' AND contact_status = 'planned' LIMIT :sample"
        ),
        {**rows.parameters, "sample": SAMPLE},
    )
    parts = merge_parts()
    counted = [
        count_segments(message_text(render(parts.values(row.data, row.customer_id)))).segments
        for row in sample
    ]
    return round(sum(counted) / len(counted) * texts), len(counted) == texts
