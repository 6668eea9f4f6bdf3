"""Locations: the places at which a company or one of its customers sees people."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, select

from app.domain.tenancy.customers import customer_here
from app.domain.tenancy.editing import require_revision, write_values
from app.domain.tenancy.zip_codes import checked_state, checked_zip, place_of_zip
from app.errors import NotFound, Rejected
from app.models import CompanyLocation
from app.unit_of_work import company_id, session

FIELDS: Final = ("name", "address_1", "address_2", "city", "state", "zip")
LONGEST: Final = 120


def locations_of(customer_id: int | None) -> list[CompanyLocation]:
    """Return the locations of a customer, or those of the company itself, by name."""
    query = select(CompanyLocation).where(
        CompanyLocation.company_id == company_id(),
        CompanyLocation.customer_id.is_not_distinct_from(customer_id),
    )
    return list(session().scalars(query.order_by(CompanyLocation.name, CompanyLocation.id)))


def location_here(location_id: int, *, lock: bool = False) -> CompanyLocation:
    """Return a location that the open transaction may see; raise NotFound."""
    found = session().get(
        CompanyLocation, (company_id(), location_id), populate_existing=True, with_for_update=lock or None
    )
    if found is None:
        raise NotFound("There is no such location.")
    return found


def location_values(location: CompanyLocation) -> dict[str, str]:
    """Return all that a form about the location shows, by the names of FIELDS."""
    return {name: getattr(location, name) for name in FIELDS}


def add_location(customer_id: int | None, values: Mapping[str, Any]) -> CompanyLocation:
    """Add a location to a customer, or to the company itself; raise Rejected for what cannot be used."""
    if customer_id is not None:
        customer_here(customer_id)
    checked = _checked(values, customer_id, location_id=None)
    made = CompanyLocation(company_id=company_id(), customer_id=customer_id, **checked)
    session().add(made)
    session().flush()
    return made


def change_location(location_id: int, values: Mapping[str, Any], *, opened_with: str) -> CompanyLocation:
    """Change a location; raise Overtaken where somebody saved since `opened_with`, else as add_location."""
    location = location_here(location_id, lock=True)
    require_revision(location, opened_with, location_values(location))
    write_values(location, _checked(values, location.customer_id, location_id=location_id))
    session().flush()
    return location


def remove_location(location_id: int) -> CompanyLocation:
    """Remove a location and return what it was; raise NotFound."""
    location = location_here(location_id, lock=True)
    session().execute(
        delete(CompanyLocation).where(
            CompanyLocation.company_id == company_id(), CompanyLocation.id == location_id
        )
    )
    return location


def _checked(
    values: Mapping[str, Any], customer_id: int | None, *, location_id: int | None
) -> dict[str, str]:
    checked = {name: " ".join(str(values.get(name) or "").split()) for name in FIELDS}
    for name, value in checked.items():
        if len(value) > LONGEST:
            raise Rejected(f"This is too long: {LONGEST} characters are the most.", field=name)
    if not checked["name"]:
        raise Rejected("Give the location a name, as people there call it.", field="name")
    if any(one.name == checked["name"] and one.id != location_id for one in locations_of(customer_id)):
        raise Rejected(f"There is a location “{checked['name']}” already.", field="name")
    checked["zip"], checked["state"] = checked_zip(checked["zip"]), checked_state(checked["state"])
    place = place_of_zip(checked["zip"]) if checked["zip"] else None
    if place and checked["state"] and checked["state"] != place.state:
        raise Rejected(
            f"ZIP code {place.zip} lies in {place.state}, not in {checked['state']}.", field="state"
        )
    if place:
        checked |= {"state": place.state, "city": checked["city"] or place.city}
    return checked
