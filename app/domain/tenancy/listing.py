"""The list of all companies, for the platform: searched, by name, a page at a time."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from app.keyset import Keyset, Page
from app.models import Company, CompanyGroup, Group

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One line of the list; `group` is empty for a company that is in none."""

    id: int
    name: str
    alias: str
    kind: str
    tier: int
    time_zone: str
    active: bool
    group: str


def companies_page(
    *, search: str = "", off: bool = False, before: str = "", after: str = ""
) -> Page[CompanyLine]:
    """Return a page of the companies by name; `off` shows those turned off instead of the active."""
    query: Any = (
        select(Company, Group.name.label("group_name"))
        .outerjoin(CompanyGroup, CompanyGroup.company_id == Company.id)
        .outerjoin(Group, Group.id == CompanyGroup.group_id)
        .where(Company.active.is_(not off))
    )
    if search:
        query = query.where(
            Company.name.icontains(search, autoescape=True) | Company.alias.icontains(search, autoescape=True)
        )
    return KEYSET.page(query, PAGE, before=before, after=after)


def _cursor(text: str) -> tuple[str, int]:
    number, _, name = text.partition("_")
    return name, int(number)


def _line(row: Any) -> CompanyLine:
    one: Company = row.Company
    return CompanyLine(
        one.id, one.name, one.alias, one.kind, one.tier, one.time_zone, one.active, row.group_name or ""
    )


KEYSET: Final = Keyset(
    (func.lower(Company.name), Company.id),
    lambda row: f"{row.Company.id}_{row.Company.name.lower()}",
    _cursor,
    _line,
    ascending=True,
)
