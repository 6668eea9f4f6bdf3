"""What a company says of itself, read and changed as a whole: by the platform, and in part by the company."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.domain.audit import events
from app.domain.tenancy.alias import free_alias, suggested_alias
from app.domain.tenancy.companies import create_company
from app.domain.tenancy.editing import require_revision, write_values
from app.domain.tenancy.senders import checked_email, checked_from_email, checked_from_phone, checked_phone
from app.domain.tenancy.zip_codes import checked_state, checked_zip
from app.errors import NotFound, Rejected
from app.models import Company, CompanyAlias
from app.unit_of_work import session

KINDS: Final = {
    "health_care": "Health care",
    "school": "Schools",
    "utilities": "Utilities",
    "commercial": "Commercial",
}
TIERS: Final = {
    1: "Tier 1: HTML e-mail, and a sender’s address of its own",
    2: "Tier 2: HTML e-mail",
    3: "Tier 3: e-mail in plain text",
}
# Each has the contrast that WCAG 2.2 AA asks for, on light and on dark; tokens.css has the same names.
ACCENTS: Final = {"": "Carillon’s teal", "blue": "Blue", "violet": "Violet", "rose": "Rose", "green": "Green"}
LONGEST: Final = 120
Check = Callable[[str, Any], Any]

COLUMNS: Final = (
    "name", "kind", "tier", "time_zone", "phone_number", "from_phone", "from_email", "window_from",
    "window_until", "text_codes", "idle_minutes",
)  # fmt: skip
DETAILS: Final = (
    "contact_first_name", "contact_last_name", "contact_email", "contact_phone",
    "technical_contact_first_name", "technical_contact_last_name", "technical_contact_email",
    "billing_name", "billing_email", "address_1", "address_2", "address_3", "city", "state", "zip",
    "shown_name", "accent",
)  # fmt: skip
PLATFORMS_ONLY: Final = frozenset({"alias", "kind", "tier", "from_phone", "from_email"})
FIELDS: Final = ("alias", *COLUMNS, *DETAILS)
COMPANYS_OWN: Final = frozenset(FIELDS) - PLATFORMS_ONLY


def begin_company(*, name: str, alias: str, kind: str, tier: int, time_zone: str) -> Company:
    """Make a company, with an alias made of its name where none is given, and return it.

    Raises Rejected for what cannot be used, Conflict where the alias is taken.
    """
    for field, value in (("name", name), ("kind", kind), ("tier", tier), ("time_zone", time_zone)):
        check: Check = CHECKS.get(field, _short)
        check(field, value)
    if not name.strip():
        raise Rejected("Give the company a name.", field="name")
    wanted = free_alias(alias.strip() or suggested_alias(name))
    made = create_company(name=_short("name", name), alias=wanted, kind=kind, tier=tier, time_zone=time_zone)
    events.record("company.created", "companies", made.id, name=made.name, alias=made.alias)
    return made


def profile(company_id: int) -> Company:
    """Return the row of a company; raise NotFound."""
    found = session().get(Company, company_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such company.")
    return found


def profile_values(company: Company) -> dict[str, Any]:
    """Return all that a form about the company shows, by the names of FIELDS."""
    told = {name: company.details.get(name, "") for name in DETAILS}
    return {"alias": company.alias, **{name: getattr(company, name) for name in COLUMNS}, **told}


def change_company(
    company_id: int,
    values: Mapping[str, Any],
    *,
    opened_with: str,
    our_domain: str,
    allowed: frozenset[str] = COMPANYS_OWN,
) -> list[str]:
    """Change a company and return the names of what changed.

    `values` has some of FIELDS; `allowed` are those that the caller may change, others are refused with
    ValueError. Raises Overtaken where somebody saved since `opened_with`, Rejected for what cannot be used.
    """
    if set(values) - allowed:
        raise ValueError(f"Not to be changed here: {sorted(set(values) - allowed)}.")
    company = session().get(Company, company_id, with_for_update=True, populate_existing=True)
    if company is None:
        raise NotFound("There is no such company.")
    before = profile_values(company)
    require_revision(company, opened_with, before)
    checked = checked_values({**before, **values})
    if (checked["from_email"], checked["tier"]) != (before["from_email"], before["tier"]):
        checked_from_email(checked["from_email"], tier=checked["tier"], our_domain=our_domain)
    if "alias" in values:
        _move(company, str(values["alias"]))
    told = company.details | {name: checked[name] for name in DETAILS}
    kept = {name: value for name, value in told.items() if value or name in company.details}
    write_values(company, {**{name: checked[name] for name in COLUMNS}, "details": kept})
    session().flush()
    session().refresh(company)
    after = profile_values(company)
    return sorted(name for name in FIELDS if before[name] != after[name])


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return all values as they are kept; raise Rejected naming the first field that cannot be used."""
    checked: dict[str, Any] = {}
    for name, value in values.items():
        check: Check = CHECKS.get(name, _short)
        checked[name] = check(name, value)
    if not checked["name"]:
        raise Rejected("Give the company a name.", field="name")
    if not 0 <= checked["window_from"] < checked["window_until"] <= 1440:
        raise Rejected("The sending hours must end after they begin.", field="window_until")
    return checked


def _move(company: Company, wanted: str) -> None:
    """Give the company another alias and keep the former one leading to it."""
    alias, before = free_alias(wanted, company_id=company.id), company.alias
    if alias == before:
        return
    session().execute(delete(CompanyAlias).where(CompanyAlias.alias == alias))
    session().execute(insert(CompanyAlias).values(company_id=company.id, alias=before))
    company.alias = alias
    session().flush()
    events.record("company.moved", "companies", company.id, name=company.name, before=before, after=alias)


def _short(name: str, value: Any) -> str:
    text = " ".join(str(value or "").split())
    if len(text) > LONGEST:
        raise Rejected(f"This is too long: {LONGEST} characters are the most.", field=name)
    return text


def _one_of(known: Mapping[Any, str]) -> Check:
    def check(name: str, value: Any) -> Any:
        if value not in known:
            raise Rejected("Choose one of the answers that are offered.", field=name)
        return value

    return check


def _zone(name: str, value: Any) -> str:
    if value not in available_timezones():
        raise Rejected("Choose a time zone.", field=name)
    return str(value)


def _idle(name: str, value: Any) -> int | None:
    if value is not None and not 5 <= int(value) <= 60:
        raise Rejected("Between 5 and 60 minutes.", field=name)
    return None if value is None else int(value)


CHECKS: Final[Mapping[str, Check]] = {
    "kind": _one_of(KINDS),
    "tier": _one_of(TIERS),
    "accent": _one_of(ACCENTS),
    "time_zone": _zone,
    "phone_number": lambda name, value: checked_phone(value, field=name),
    "contact_phone": lambda name, value: checked_phone(value, field=name),
    "from_phone": lambda _name, value: checked_from_phone(value),
    "from_email": lambda name, value: checked_email(value, field=name),
    "contact_email": lambda name, value: checked_email(value, field=name),
    "technical_contact_email": lambda name, value: checked_email(value, field=name),
    "billing_email": lambda name, value: checked_email(value, field=name),
    "state": lambda _name, value: checked_state(value),
    "zip": lambda _name, value: checked_zip(value),
    "window_from": lambda _name, value: int(value),
    "window_until": lambda _name, value: int(value),
    "text_codes": lambda _name, value: bool(value),
    "idle_minutes": _idle,
}
