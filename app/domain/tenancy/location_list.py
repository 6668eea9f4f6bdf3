"""The list of what customers have as locations: searched, by customer and name, a page at a time."""

import json
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, select

from app.keyset import Keyset, Page
from app.models import CompanyLocation, Customer
from app.unit_of_work import company_id

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LocationLine:
    """One line of the list, with the customer whose location it is."""

    id: int
    name: str
    address_1: str
    address_2: str
    city: str
    state: str
    zip: str
    customer_id: int
    customer: str
    active: bool


def customers_locations(*, search: str = "", before: str = "", after: str = "") -> Page[LocationLine]:
    """Return a page of the locations of the customers that the open transaction may see.

    `search` looks into the names of both, cities and ZIP codes.
    """
    whose = and_(
        Customer.company_id == CompanyLocation.company_id, Customer.id == CompanyLocation.customer_id
    )
    query: Any = (
        select(CompanyLocation, Customer.name.label("customer"), Customer.active)
        .join(Customer, whose)
        .where(CompanyLocation.company_id == company_id())
    )
    if search:
        query = query.where(
            CompanyLocation.name.icontains(search, autoescape=True)
            | CompanyLocation.city.icontains(search, autoescape=True)
            | CompanyLocation.zip.startswith(search, autoescape=True)
            | Customer.name.icontains(search, autoescape=True)
        )
    return KEYSET.page(query, PAGE, before=before, after=after)


def _write(row: Any) -> str:
    one: CompanyLocation = row.CompanyLocation
    return json.dumps([row.customer.lower(), one.name.lower(), one.id])


def _read(text: str) -> tuple[str, str, int]:
    given = json.loads(text)
    if not isinstance(given, list) or [type(one) for one in given] != [str, str, int]:
        raise ValueError("This is no cursor.")
    return given[0], given[1], given[2]


def _line(row: Any) -> LocationLine:
    one: CompanyLocation = row.CompanyLocation
    return LocationLine(
        one.id, one.name, one.address_1, one.address_2, one.city, one.state, one.zip, one.customer_id or 0,
        row.customer, row.active,
    )  # fmt: skip


KEYSET: Final = Keyset(
    (func.lower(Customer.name), func.lower(CompanyLocation.name), CompanyLocation.id),
    _write,
    _read,
    _line,
    ascending=True,
)
