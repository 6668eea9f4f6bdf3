"""The demo cast, shared with the tests: a clinic, a school district, a utility, and the people who use them.

Built through domain verbs only. Every name, number and address is invented; the numbers are of the 555-01xx
range that is kept free for fiction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import Flask
from sqlalchemy import select

from app.config import Settings
from app.domain.access import grants, sync
from app.domain.identity import factors, users
from app.domain.merge import templates
from app.domain.tenancy import companies
from app.domain.tenancy.companies import AROUND_THE_CLOCK, ORDINARY_HOURS
from app.local.families import import_families
from app.local.wordings import TEMPLATES
from app.models import Company, GlobalTemplate, GlobalTemplateVersion
from app.unit_of_work import across_companies, session, transaction

PASSWORD: Final = "ring the bells softly"  # noqa: S105  (the demo's, and refused in production)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One person of the cast, as `make run` prints it."""

    email_address: str
    password: str
    name: str
    role: str
    company: str


@dataclass(frozen=True, slots=True)
class CastPerson:
    first_name: str
    last_name: str
    email_address: str
    role: str
    customers: tuple[str, ...] = ()
    enrolled: bool = True


@dataclass(frozen=True, slots=True)
class CastCustomer:
    name: str
    external_ids: tuple[str, ...] = ()
    window: tuple[int, int] | None = None
    state: str = ""
    zip_code: str = ""
    families: int = 0


@dataclass(frozen=True, slots=True)
class CastCompany:
    name: str
    alias: str
    kind: str
    phone_number: str
    from_phone: str
    from_email: str
    time_zone: str
    people: tuple[CastPerson, ...]
    customers: tuple[CastCustomer, ...] = ()
    templates: tuple[str, ...] = field(default_factory=tuple)


CLINIC: Final = CastCompany(
    "Riverside Clinic", "riverside-clinic", "health_care", "(212) 555-0100", "+12125550100",
    "riverside-clinic@carillon.example", "America/New_York",
    (
        CastPerson("Ada", "Okafor", "admin@riverside-clinic.example", "company_administrator"),
        CastPerson("Oscar", "Reyes", "operator@riverside-clinic.example", "operator"),
        CastPerson("Vera", "Lind", "viewer@riverside-clinic.example", "viewer"),
        CastPerson("Nora", "Quist", "newcomer@riverside-clinic.example", "viewer", enrolled=False),
    ),
    (
        CastCustomer("Riverside Main Street", ("RMS",), None, "NY", "10001"),
        CastCustomer("Riverside Pediatrics", ("RPE",), ORDINARY_HOURS, "NY", "10001"),
    ),
    ("We have moved", "Appointment reminder"),
)  # fmt: skip
DISTRICT: Final = CastCompany(
    "Maplewood School District", "maplewood-schools", "school", "(312) 555-0110", "+13125550110",
    "maplewood-schools@carillon.example", "America/Chicago",
    (
        CastPerson("Dana", "Whitfield", "admin@maplewood-schools.example", "company_administrator"),
        CastPerson("Omar", "Haddad", "operator@maplewood-schools.example", "operator"),
        CastPerson("Vince", "Carlisle", "viewer@maplewood-schools.example", "viewer"),
        CastPerson(
            "Priya", "Raman", "principal@maplewood-schools.example", "principal", ("Birch Elementary",)
        ),
    ),
    (
        CastCustomer("Birch Elementary", ("BIRCH",), None, "IL", "60601", families=36),
        CastCustomer("Cedar High School", ("CEDAR",), None, "IL", "60601", families=24),
    ),
    ("We have moved", "School closure"),
)  # fmt: skip
UTILITY: Final = CastCompany(
    "Lakeside Power & Water", "lakeside-utility", "utilities", "(415) 555-0120", "+14155550120",
    "lakeside-utility@carillon.example", "America/Los_Angeles",
    (
        CastPerson("Alba", "Conti", "admin@lakeside-utility.example", "company_administrator"),
        CastPerson("Otto", "Berg", "operator@lakeside-utility.example", "operator"),
        CastPerson("Violet", "Nakamura", "viewer@lakeside-utility.example", "viewer"),
    ),
    (),
    ("We have moved", "Planned outage"),
)  # fmt: skip
COMPANIES: Final = (CLINIC, DISTRICT, UTILITY)
PLATFORM: Final = (
    CastPerson("Sam", "Porter", "support@carillon.example", "support"),
    CastPerson("Pat", "Morrow", "platform@carillon.example", "platform_administrator"),
)


def seed_if_empty(app: Flask) -> list[SignIn]:
    """Build the cast where no company exists yet; return everybody who can sign in, either way."""
    settings: Settings = app.extensions["settings"]
    with across_companies(reason="is there any company yet"):
        empty = session().scalar(select(Company.id).limit(1)) is None
    if empty:
        build(settings)
    return sign_ins()


def build(settings: Settings) -> None:
    """Build policies, roles, global templates, companies and people."""
    with transaction(platform=True):
        sync.sync_policies()
        _global_templates()
    for company in COMPANIES:
        _build_company(company, settings)
    _add_people(PLATFORM, settings, None, {})


def sign_ins() -> list[SignIn]:
    """Return everybody of the cast with the password they all share."""
    everybody = [(person, company.name) for company in COMPANIES for person in company.people]
    everybody += [(person, "Carillon") for person in PLATFORM]
    return [
        SignIn(
            person.email_address,
            PASSWORD,
            f"{person.first_name} {person.last_name}",
            person.role.replace("_", " "),
            at,
        )
        for person, at in everybody
    ]


def _build_company(cast: CastCompany, settings: Settings) -> None:
    with across_companies(reason="building the demo cast"):
        company = companies.create_company(
            name=cast.name,
            alias=cast.alias,
            kind=cast.kind,
            time_zone=cast.time_zone,
            phone_number=cast.phone_number,
            from_phone=cast.from_phone,
            from_email=cast.from_email,
            window=AROUND_THE_CLOCK,
        )
    with transaction(company.id):
        made = {
            one.name: companies.create_customer(
                name=one.name,
                state=one.state,
                zip_code=one.zip_code,
                window=one.window,
                external_ids=one.external_ids,
            ).id
            for one in cast.customers
        }
        for name in cast.templates:
            _company_template(name)
    _add_people(cast.people, settings, company.id, made)
    for one in cast.customers:
        if one.families:
            import_families(company.id, made[one.name], one.name, one.families)


def _add_people(
    people: Sequence[CastPerson], settings: Settings, company_id: int | None, customers: Mapping[str, int]
) -> None:
    with across_companies(reason="building the demo cast"):
        made = {
            person.email_address: users.create_user(
                email_address=person.email_address,
                first_name=person.first_name,
                last_name=person.last_name,
                password=PASSWORD,
                pepper=settings.secret_key,
            ).id
            for person in people
        }
    with transaction(platform=True):
        for person in people:
            grants.grant_role(
                made[person.email_address],
                person.role,
                company_id=company_id,
                customer_ids=[customers[name] for name in person.customers],
            )
            if person.enrolled:
                factors.enrol_at_once(made[person.email_address], keys=settings.field_keys)


def _global_templates() -> None:
    for name, cast in TEMPLATES.items():
        template = GlobalTemplate(name=name, type=cast.type, category=cast.category)
        session().add(template)
        session().flush()
        for channel, subject, body in (("sms", "", cast.sms), ("email", cast.subject, cast.email)):
            session().add(
                GlobalTemplateVersion(
                    template_id=template.id, channel=channel, version=1, subject=subject, body=body
                )
            )


def _company_template(name: str) -> None:
    cast = TEMPLATES[name]
    provided = session().scalar(select(GlobalTemplate.id).where(GlobalTemplate.name == name))
    template = templates.create_template(name=name, category=cast.category, global_template_id=provided)
    templates.publish_version(template.id, "sms", cast.sms)
    templates.publish_version(template.id, "email", cast.email, subject=cast.subject)
