"""Companies and their customers: making them, finding them, and what wordings may say of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.errors import NotFound
from app.models import Company, CompanyAlias, Customer, CustomerXref
from app.unit_of_work import company_id, session

AROUND_THE_CLOCK = (0, 1440)
ORDINARY_HOURS = (9 * 60, 20 * 60)


@dataclass(frozen=True, slots=True)
class CompanyView:
    """What pages and jobs need to know about a company; windows are minutes of the day, local."""

    id: int
    public_id: UUID
    name: str
    alias: str
    kind: str
    tier: int
    time_zone: str
    phone_number: str
    from_phone: str
    from_email: str
    window_from: int
    window_until: int
    active: bool
    shown_name: str
    accent: str


def create_company(
    *,
    name: str,
    alias: str,
    kind: str,
    time_zone: str,
    phone_number: str = "",
    from_phone: str = "",
    from_email: str = "",
    tier: int = 3,
    window: tuple[int, int] = ORDINARY_HOURS,
) -> Company:
    """Make a company and return it; the transaction must look across companies."""
    company = Company(
        name=name,
        alias=alias,
        kind=kind,
        time_zone=time_zone,
        phone_number=phone_number,
        from_phone=from_phone,
        from_email=from_email,
        tier=tier,
        window_from=window[0],
        window_until=window[1],
    )
    session().add(company)
    session().flush()
    return company


def create_customer(
    *,
    name: str,
    state: str = "",
    zip_code: str = "",
    time_zone: str | None = None,
    phone_number: str = "",
    window: tuple[int, int] | None = None,
    external_ids: tuple[str, ...] = (),
) -> Customer:
    """Make a customer of the open transaction's company, with the names other systems have for it."""
    customer = Customer(
        company_id=company_id(),
        name=name,
        state=state,
        zip=zip_code,
        time_zone=time_zone,
        phone_number=phone_number,
        window_from=window[0] if window else None,
        window_until=window[1] if window else None,
    )
    session().add(customer)
    session().flush()
    for external_id in external_ids:
        session().add(
            CustomerXref(company_id=company_id(), customer_id=customer.id, external_customer_id=external_id)
        )
    session().flush()
    return customer


def company_by_alias(alias: str) -> CompanyView:
    """Return the company of that alias, or of one it had before; raise NotFound."""
    found = session().scalar(select(Company).where(Company.alias == alias))
    if found is None:
        former = select(CompanyAlias.company_id).where(CompanyAlias.alias == alias)
        found = session().scalar(select(Company).where(Company.id == former.scalar_subquery()))
    return _view(found)


def company_by_public_id(public_id: UUID) -> CompanyView:
    """Return the company of that public id, which callbacks carry; raise NotFound."""
    return _view(session().scalar(select(Company).where(Company.public_id == public_id)))


def company_by_id(wanted: int) -> CompanyView:
    """Return the company of that id; raise NotFound."""
    return _view(session().get(Company, wanted))


def all_companies(*, active_only: bool = True) -> list[CompanyView]:
    """Return the companies by name, for sweeps and for the platform's own screens."""
    query = select(Company).order_by(Company.name)
    if active_only:
        query = query.where(Company.active)
    return [_view(company) for company in session().scalars(query)]


def named_like(words: str, limit: int, *, among: Collection[int] | None = None) -> list[CompanyView]:
    """Return active companies with these words in name or alias, by name, at most `limit`.

    `among` are the ids to choose from, None for all: for those who may look into any company.
    """
    likeness = Company.name.icontains(words, autoescape=True) | Company.alias.icontains(
        words, autoescape=True
    )
    query = select(Company).where(Company.active, likeness).order_by(Company.name).limit(limit)
    if among is not None:
        query = query.where(Company.id.in_(among))
    return [_view(company) for company in session().scalars(query)]


def customers_here(*, with_off: bool = False) -> list[Customer]:
    """Return the customers of the open company that the open transaction may see, by name.

    `with_off` adds those turned off: their people keep their zone, and their messages their words.
    """
    query = select(Customer).where(Customer.company_id == company_id())
    if not with_off:
        query = query.where(Customer.active)
    return list(session().scalars(query.order_by(Customer.name)))


def customers_off() -> list[Customer]:
    """Return the customers that are turned off, by name: what is sent to their people waits."""
    return [one for one in customers_here(with_off=True) if not one.active]


def merge_values(company: CompanyView, customer: Customer | None = None) -> dict[str, Any]:
    """Return what `{company.…}` and `{customer.…}` stand for."""
    return {
        "company": {"name": company.shown_name, "phone_number": company.phone_number},
        "customer": {"name": customer.name if customer else ""},
    }


def _view(company: Company | None) -> CompanyView:
    if company is None:
        raise NotFound("There is no such company.")
    return CompanyView(**{name: getattr(company, name) for name in CompanyView.__slots__})
