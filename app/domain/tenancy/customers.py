"""Customers of a company: finding them, making them, and changing them as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import Select, func, select

from app.domain.tenancy.editing import require_revision, write_values
from app.domain.tenancy.senders import checked_phone
from app.domain.tenancy.shards import checked_shard
from app.domain.tenancy.zip_codes import checked_state, checked_zip, place_of_zip
from app.errors import NotFound, Rejected
from app.keyset import Keyset, Page
from app.models import Customer, CustomerXref
from app.unit_of_work import company_id, customers, session

PAGE: Final = 50
LONGEST: Final = 120
COLUMNS: Final = (
    "name", "phone_number", "time_zone", "window_from", "window_until", "state", "zip", "shard",
)  # fmt: skip
DETAILS: Final = ("address_1", "address_2", "city")
FIELDS: Final = (*COLUMNS, *DETAILS)


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One line of the list."""

    id: int
    name: str
    state: str
    zip: str
    time_zone: str | None
    window_from: int | None
    window_until: int | None
    phone_number: str
    active: bool
    updated_at: datetime


def customers_page(
    *, search: str = "", off: bool = False, before: str = "", after: str = ""
) -> Page[CustomerLine]:
    """Return a page of the open company's customers by name; `before` is the cursor of the page that follows.

    `search` looks into names, ZIP codes and external ids; `off` shows those turned off instead of the active.
    """
    query = select(Customer).where(Customer.company_id == company_id(), Customer.active.is_(not off))
    if search:
        query = query.where(_likeness(search))
    return KEYSET.page(query, PAGE, before=before, after=after)


def customer_numbers() -> tuple[int, int]:
    """Return how many customers are active and how many are turned off."""
    query = select(
        func.count().filter(Customer.active), func.count().filter(Customer.active.is_(False))
    ).where(Customer.company_id == company_id())
    row = session().execute(query).one()
    return row[0], row[1]


def customer_here(customer_id: int, *, lock: bool = False) -> Customer:
    """Return a customer that the open transaction may see, active or not; raise NotFound."""
    found = session().get(
        Customer, (company_id(), customer_id), populate_existing=True, with_for_update=lock or None
    )
    if found is None:
        raise NotFound("There is no such customer.")
    return found


def customer_values(customer: Customer) -> dict[str, Any]:
    """Return all that a form about the customer shows, by the names of FIELDS."""
    told = {name: customer.details.get(name, "") for name in DETAILS}
    return {name: getattr(customer, name) for name in COLUMNS} | told


def add_customer(values: Mapping[str, Any]) -> Customer:
    """Make a customer of the open company from FIELDS; raise Rejected naming the field that cannot be used.

    What is left empty of state, city and zone is found from the ZIP code.
    """
    if customers() is not None:
        raise NotFound("Customers are added for the whole company.")
    checked = _checked(dict.fromkeys(COLUMNS, None) | dict(values), customer_id=None)
    details = {name: checked[name] for name in DETAILS if checked[name]}
    columns = {name: checked[name] for name in COLUMNS}
    made = Customer(company_id=company_id(), details=details, **columns)
    session().add(made)
    session().flush()
    return made


def named(text: str) -> list[str]:
    """Return the names in a text, one a line, for customers that begin with their company; raise Rejected."""
    names = [name for line in text.splitlines() if (name := " ".join(line.split()))]
    for name in names:
        if len(name) > LONGEST:
            raise Rejected(f"“{name[:40]}…” is too long: {LONGEST} characters are the most.", field="places")
        if sum(name.lower() == other.lower() for other in names) > 1:
            raise Rejected(f"“{name}” stands there twice.", field="places")
    return names


def change_customer(customer_id: int, values: Mapping[str, Any], *, opened_with: str) -> list[str]:
    """Change a customer and return the names of what changed.

    Raises Overtaken where somebody saved since `opened_with`, Rejected for what cannot be used.
    """
    customer = customer_here(customer_id, lock=True)
    require_revision(customer, opened_with, customer_values(customer))
    checked = _checked({**customer_values(customer), **values}, customer_id=customer_id)
    told = customer.details | {name: checked[name] for name in DETAILS}
    kept = {name: value for name, value in told.items() if value or name in customer.details}
    changed = write_values(customer, {**{name: checked[name] for name in COLUMNS}, "details": kept})
    session().flush()
    session().refresh(customer)
    return changed


def _checked(values: Mapping[str, Any], *, customer_id: int | None) -> dict[str, Any]:
    checked: dict[str, Any] = {name: _short(name, values.get(name)) for name in ("name", *DETAILS)}
    if not checked["name"]:
        raise Rejected("Give it a name.", field="name")
    _require_free(checked["name"], customer_id)
    checked["phone_number"] = checked_phone(str(values.get("phone_number") or ""), field="phone_number")
    checked["shard"] = checked_shard(str(values.get("shard") or ""))
    checked |= _window(values.get("window_from"), values.get("window_until"))
    checked |= _place(values, checked["city"])
    return checked


def _place(values: Mapping[str, Any], city: str) -> dict[str, Any]:
    """Check ZIP code, state and zone against each other, and find what was left empty."""
    zip_code = checked_zip(str(values.get("zip") or ""))
    state = checked_state(str(values.get("state") or ""))
    zone = values.get("time_zone") or None
    place = place_of_zip(zip_code) if zip_code else None
    if zone is not None and zone not in available_timezones():
        raise Rejected("Choose a time zone.", field="time_zone")
    if place and state and state != place.state:
        raise Rejected(f"ZIP code {zip_code} lies in {place.state}, not in {state}.", field="state")
    if place is None:
        return {"zip": zip_code, "state": state, "time_zone": zone, "city": city}
    return {
        "zip": zip_code,
        "state": state or place.state,
        "time_zone": zone or place.time_zone or None,
        "city": city or place.city,
    }


def _window(begin: Any, end: Any) -> dict[str, int | None]:
    if begin is None and end is None:
        return {"window_from": None, "window_until": None}
    if begin is None or end is None:
        raise Rejected("Choose both ends of the hours, or neither.", field="window_until")
    if not 0 <= int(begin) < int(end) <= 1440:
        raise Rejected("The hours must end after they begin.", field="window_until")
    return {"window_from": int(begin), "window_until": int(end)}


def _require_free(name: str, customer_id: int | None) -> None:
    taken = select(Customer.id).where(
        Customer.company_id == company_id(), func.lower(Customer.name) == name.lower()
    )
    if set(session().scalars(taken)) - {customer_id}:
        raise Rejected(f"There is one called “{name}” already.", field="name")


def _short(name: str, value: Any) -> str:
    text = " ".join(str(value or "").split())
    if len(text) > LONGEST:
        raise Rejected(f"This is too long: {LONGEST} characters are the most.", field=name)
    return text


def _likeness(search: str) -> Any:
    by_id: Select[Any] = select(CustomerXref.customer_id).where(
        CustomerXref.company_id == company_id(),
        CustomerXref.external_customer_id.icontains(search, autoescape=True),
    )
    return (
        Customer.name.icontains(search, autoescape=True)
        | Customer.zip.startswith(search, autoescape=True)
        | Customer.id.in_(by_id)
    )


def _cursor(text: str) -> tuple[str, int]:
    number, _, name = text.partition("_")
    return name, int(number)


def _line(row: Any) -> CustomerLine:
    one: Customer = row.Customer
    return CustomerLine(
        one.id, one.name, one.state, one.zip, one.time_zone, one.window_from, one.window_until,
        one.phone_number, one.active, one.updated_at,
    )  # fmt: skip


KEYSET: Final = Keyset(
    (func.lower(Customer.name), Customer.id),
    lambda row: f"{row.Customer.id}_{row.Customer.name.lower()}",
    _cursor,
    _line,
    ascending=True,
)
