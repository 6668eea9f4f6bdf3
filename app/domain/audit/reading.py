"""Reading one company's trail: who did what to what and when, in keyset pages that never count the rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from app.domain.audit import events
from app.domain.audit.naming import names_of
from app.keyset import Keyset, Page
from app.models import TrailEntry
from app.unit_of_work import company_id, session

PAGE = 50
STANDING: Final = ("state", "stage")
# Sentences that say themselves who or what did it.
OWN_SUBJECT: Final = frozenset(
    {"api_key.refused", "broadcast.planned", "lane.paused", "opted_in", "opted_out"}
)
THINGS: Mapping[str, str] = {
    "broadcasts": "broadcast",
    "companies": "company",
    "company_aliases": "former address",
    "company_api_keys": "API key",
    "company_app_restrictions": "restriction of an app",
    "company_apps": "app",
    "company_groups": "group membership",
    "company_load_map_versions": "load map version",
    "company_load_maps": "load map",
    "company_locations": "location",
    "consent_events": "consent",
    "contact_blocks": "block",
    "contact_records": "record",
    "customer_xrefs": "customer's external id",
    "customers": "customer",
    "data_ingest_sources": "source",
    "data_packets": "import",
    "messages": "message",
    "opt_outs": "opt-out",
    "packet_operations": "choice in an import",
    "role_policies": "thing a role may do",
    "roles": "role",
    "support_visits": "visit of support",
    "template_versions": "wording",
    "templates": "template",
    "user_roles": "grant",
    "users": "person",
}


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """What to look for; days are those of the given zone, both ends included."""

    person: int | None = None
    thing: str = ""
    thing_id: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry as a person reads it: a sentence, and the fields before and after.

    `meant` is what somebody set out to do; the rest is what the database saw change. Of a visit, `visitor` is
    the name of who came, and `path` the page that they looked at.
    """

    id: int
    at: datetime
    person: int | None
    who: str
    sentence: str
    action: str
    thing: str
    thing_id: int | None
    table: str
    request_id: str
    session_id: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    meant: bool
    visitor: str = ""
    path: str = ""


def page(filters: TrailFilters, *, before: str = "", after: str = "") -> Page[TrailLine]:
    """Return one page: the newest, the one below the cursor `before`, or the one above `after`.

    Raises Rejected for a cursor that no page gave out.
    """
    found = KEYSET.page(_filtered(filters), PAGE, before=before, after=after)
    names = names_of((row.table_name, row.entity_id) for row in found.lines)
    lines = [_line(row, names.get((row.table_name, row.entity_id or 0), "")) for row in found.lines]
    return Page(lines, found.newer, found.older)


def people_on_trail() -> list[tuple[int, str]]:
    """Return everybody who ever did something here, by name, for the filter."""
    query = (
        select(TrailEntry.user_id, TrailEntry.user_label)
        .where(TrailEntry.company_id == company_id(), TrailEntry.user_id.is_not(None))
        .distinct()
    )
    found = {row.user_id: row.user_label for row in session().execute(query)}
    return sorted(((key, label) for key, label in found.items() if key), key=lambda one: one[1])


def _filtered(filters: TrailFilters) -> Select[Any]:
    query = select(TrailEntry).where(TrailEntry.company_id == company_id())
    if filters.person is not None:
        query = query.where(TrailEntry.user_id == filters.person)
    if filters.thing:
        query = query.where(TrailEntry.table_name == filters.thing)
    if filters.thing_id is not None:
        query = query.where(TrailEntry.entity_id == filters.thing_id)
    if filters.first_day:
        query = query.where(TrailEntry.at >= _midnight(filters.first_day, filters.zone))
    if filters.last_day and filters.last_day < date.max:  # No day follows that one.
        query = query.where(TrailEntry.at < _midnight(filters.last_day + timedelta(days=1), filters.zone))
    return query


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


def _cursor(text: str) -> tuple[datetime, int]:
    at, _, number = text.rpartition("_")
    return datetime.fromisoformat(at), int(number)


def _mark(row: Any) -> str:
    return f"{row.TrailEntry.at.isoformat()}_{row.TrailEntry.id}"


def _entry(row: Any) -> TrailEntry:
    entry: TrailEntry = row.TrailEntry
    return entry


def _line(row: TrailEntry, name: str) -> TrailLine:
    thing = THINGS.get(row.table_name, row.table_name.replace("_", " "))
    meant = row.details is not None
    sentence = events.sentence(row.action, row.details) if meant else _said(row, thing, name)
    nobody = "" if row.action in OWN_SUBJECT else "Carillon"
    visitor = str((row.details or {}).get("visitor", ""))
    who = visitor or row.user_label or ("a person" if row.user_id else nobody)
    return TrailLine(
        row.id, row.at, row.user_id, who, sentence, row.action, thing, row.entity_id, row.table_name,
        row.request_id, row.session_id, row.old, row.new, meant, row.user_label if visitor else "",
        str((row.details or {}).get("path", "")),
    )  # fmt: skip


def _said(row: TrailEntry, thing: str, name: str) -> str:
    """Say what a trigger recorded: what was made or removed by its name, what was changed by its fields."""
    name = _name_in(row.new) or _name_in(row.old) or name
    which = f"“{name}”" if name else str(row.entity_id)
    if row.action != "changed":
        return f"{row.action} the {thing} {which}"
    old, new = row.old or {}, row.new or {}
    few = ", ".join(field.replace("_", " ") for field in list(new)[:3]) + (
        " and more" if len(new) > 3 else ""
    )
    moved = [f" from {old[field]} to {new[field]}" for field in STANDING if old.get(field) and new.get(field)]
    return f"changed {few} of the {thing} {which}" + "".join(moved)


def _name_in(row: Mapping[str, Any] | None) -> str:
    for key in ("name", "load_name", "filename"):
        if row and isinstance(row.get(key), str):
            return str(row[key])
    return ""


KEYSET: Final = Keyset((TrailEntry.at, TrailEntry.id), _mark, _cursor, _entry)
