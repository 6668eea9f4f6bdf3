"""The message log: which message went to whom and what became of it, in keyset pages that count nothing."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, select

from app.domain.scheduling.preview import person_name
from app.keyset import Keyset, Page
from app.models import Broadcast, Customer, Message, Template, TemplateVersion
from app.models.statuses import FINAL
from app.unit_of_work import company_id, session

PAGE: Final = 50
NEWS: Final = 100
GREATEST: Final = 2**63 - 1
CURSOR: Final = re.compile(r"[1-9]\d{0,17}")
# Where a country's own form of a number is typed, ours (E.164) is that with +1 before it.
WHOLE_NUMBER: Final = range(10, 16)
NOT_A_NUMBER: Final = re.compile(r"[^\d\s()+./-]")


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What to look for; empty fields look for nothing. `search` is a name, a number or an e-mail address."""

    status: str = ""
    channel: str = ""
    broadcast_id: int | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message in the list; `at` is when it goes or went out."""

    id: int
    at: datetime
    person: str
    to_address: str
    channel: str
    template: str
    broadcast: str
    broadcast_id: int
    customer: str
    status: str
    description: str
    raw_response: str | None
    segments: int | None

    @property
    def open(self) -> bool:
        """Whether its status can still change."""
        return self.status not in FINAL


@dataclass(frozen=True, slots=True)
class News:
    """What came since a page was drawn: how many (NEWS at most), and how the messages watched now stand."""

    count: int
    statuses: Mapping[int, str]

    @property
    def still_open(self) -> list[int]:
        """Those watched whose status can still change."""
        return [one for one, status in self.statuses.items() if status not in FINAL]


def page(filters: LogFilters, *, before: str = "", after: str = "") -> Page[LogLine]:
    """Return one page: the newest planned, those below the cursor `before`, or those above `after`.

    Raises Rejected for a cursor that no page gave out.
    """
    walk = not _whole_addresses(filters.search.strip())
    return KEYSET.page(_filtered(filters), PAGE, before=before, after=after, walk=walk)


def news(filters: LogFilters, newest: int, watched: Collection[int]) -> News:
    """Return what came after the message `newest` and fits the filters, and how those `watched` stand."""
    newer = _filtered(filters).with_only_columns(Message.id).where(Message.id > newest).limit(NEWS)
    count = session().scalar(select(func.count()).select_from(newer.subquery())) or 0
    stand = select(Message.id, Message.contact_status).where(
        Message.company_id == company_id(), Message.id.in_(sorted(watched)[:PAGE])
    )
    return News(count, {row.id: row.contact_status for row in session().execute(stand)})


def messages_here() -> Select[Any, Any, Any, Any, Any]:
    """Select messages of the open company with the names of what they belong to."""

    def same(table: Any, column: Any) -> ColumnElement[bool]:
        return and_(table.company_id == Message.company_id, table.id == column)

    query: Select[Any, Any, Any, Any, Any] = (
        select(
            Message,
            TemplateVersion,
            Template.name.label("template"),
            Broadcast.name.label("broadcast"),
            Customer.name.label("customer"),
        )
        .outerjoin(TemplateVersion, same(TemplateVersion, Message.template_version_id))
        .outerjoin(Template, same(Template, TemplateVersion.template_id))
        .outerjoin(Broadcast, same(Broadcast, Message.broadcast_id))
        .outerjoin(Customer, same(Customer, Message.customer_id))
        .where(Message.company_id == company_id())
    )
    return query


def log_line(row: Any) -> LogLine:
    """Return one row of `messages_here` as lists show it."""
    one: Message = row.Message
    return LogLine(
        one.id,
        one.contact_date,
        person_name(one.data),
        one.to_address,
        one.contact_method,
        row.template or "",
        row.broadcast or "",
        one.broadcast_id,
        row.customer or "",
        one.contact_status,
        one.contact_status_description,
        one.raw_response,
        one.segments,
    )


def _filtered(filters: LogFilters) -> Select[Any, Any, Any, Any, Any]:
    query = messages_here()
    if filters.status:
        query = query.where(Message.contact_status == filters.status)
    if filters.channel:
        query = query.where(Message.contact_method == filters.channel)
    if filters.broadcast_id is not None:
        query = query.where(Message.broadcast_id == filters.broadcast_id)
    if filters.search.strip():
        query = query.where(_matches(filters.search.strip()))
    return query


def _matches(search: str) -> ColumnElement[bool]:
    """Look for a whole address by its index, for a part of one or for a name in every row."""
    if whole := _whole_addresses(search):
        return Message.to_address.in_(whole)
    if "@" in search:
        return Message.to_address.icontains(search, autoescape=True)
    digits = re.sub(r"\D", "", search)
    if digits and not NOT_A_NUMBER.search(search):
        return Message.to_address.contains(digits, autoescape=True)
    name = func.concat_ws(
        " ",
        Message.data["first_name"].astext,
        Message.data["last_name"].astext,
        Message.data["full_name"].astext,
    )
    return and_(*(name.icontains(word, autoescape=True) for word in search.split()))


def _whole_addresses(search: str) -> Sequence[str]:
    """Return the forms in which a whole e-mail address or number is stored, nothing for anything else."""
    if "@" in search:
        return [search, search.lower()] if re.search(r"@.+\..", search) else []
    digits = re.sub(r"\D", "", search)
    is_number = len(digits) in WHOLE_NUMBER and not NOT_A_NUMBER.search(search)
    return [f"+{digits}", f"+1{digits}"] if is_number else []


def _cursor(text: str) -> tuple[int]:
    if not CURSOR.fullmatch(text):
        raise ValueError(text)
    return (int(text),)


KEYSET: Final = Keyset((Message.id,), lambda row: str(row.Message.id), _cursor, log_line)
