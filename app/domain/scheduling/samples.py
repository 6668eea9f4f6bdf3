"""Templates as the first person they could go to would read them, and how many sendings wait to use them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select

from app import clock
from app.domain.merge.templates import TemplateView
from app.domain.merge.wording import fields_used, parse
from app.domain.scheduling.audience import Audience
from app.domain.scheduling.naming import MergeParts, merge_parts
from app.domain.scheduling.preview import Shown, first_record, show
from app.models import Broadcast
from app.unit_of_work import company_id, session

WAITING: Final = ("scheduled", "planning", "paused")
INVENTED: Final = {
    "first_name": "Ada", "middle_name": "M.", "last_name": "Example", "full_name": "Ada M. Example",
    "phone_number": "(212) 555-0142", "mobile_phone": "(212) 555-0142", "home_phone": "(212) 555-0143",
    "email_address": "ada@example.org", "appointment_time": "09:30", "provider": "Dr. Chen",
    "location": "Main Street", "external_id": "1001", "address_1": "12 Elm Street", "address_2": "",
    "city": "Springfield", "state": "NY", "zip": "10001", "language": "English",
    "guardian_name": "Alan Example", "notes": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sample:
    """One channel of a template, rendered; `is_invented` where the company has no such person yet.

    `empty` are the fields that the wording shows and this person's record lacks, such as `appointment date`.
    """

    shown: Shown
    is_invented: bool
    empty: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Reader:
    """For whom the samples of one channel are written."""

    data: Mapping[str, Any]
    customer_id: int | None
    address: str
    is_invented: bool


def samples(templates: Sequence[TemplateView]) -> dict[int, list[Sample]]:
    """Render the newest wording of each template, once a channel, as the composer shows it.

    One person is looked up for each channel, whatever the number of templates.
    """
    parts = merge_parts()
    readers = {channel: _reader(channel) for one in templates for channel in one.versions}
    return {
        one.id: [_sample(one, channel, readers[channel], parts) for channel in one.versions]
        for one in templates
    }


def waiting_sendings(template_id: int) -> int:
    """Return how many sendings that may be seen here will still use the template."""
    query = (
        select(func.count())
        .select_from(Broadcast)
        .where(
            Broadcast.company_id == company_id(),
            Broadcast.template_id == template_id,
            Broadcast.state.in_(WAITING),
        )
    )
    return session().scalar(query) or 0


def _reader(channel: str) -> _Reader:
    found = first_record(Audience(), channel)
    if found is not None:
        return _Reader(found.data, found.customer_id, found.address, False)
    day = (clock.now() + timedelta(days=7)).date().isoformat()
    address = INVENTED["email_address" if channel == "email" else "phone_number"]
    return _Reader({**INVENTED, "appointment_date": day}, None, address, True)


def _sample(template: TemplateView, channel: str, reader: _Reader, parts: MergeParts) -> Sample:
    version = template.versions[channel]
    shown = show(
        channel,
        body=version.body,
        subject=version.subject,
        data=reader.data,
        customer_id=reader.customer_id,
        to=reader.address,
        parts=parts,
    )
    used = fields_used(parse(f"{version.subject}{version.body}"))
    own = [name.removeprefix("data.") for name in used if name.startswith("data.")]
    empty = [name.replace("_", " ") for name in own if not reader.data.get(name)]
    return Sample(shown, reader.is_invented, empty)
