"""What a person who writes a message can choose from: templates, audiences, ways to reach people."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text

from app.domain.merge.templates import TemplateView, list_templates
from app.domain.scheduling.audience import Audience
from app.domain.tenancy.companies import customers_here
from app.errors import NotFound, Rejected
from app.models import Customer, Packet
from app.unit_of_work import company_id, customers, session

SENDABLE: Final = {"sms": "Text message", "email": "E-mail"}
RECENT_IMPORTS: Final = 8
EVERYONE: Final = "everyone"


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """One audience as it stands in an address (`everyone`, `customer-3`, `packet-7`) and in words."""

    key: str
    name: str
    group: str
    people: int
    audience: Audience


def sendable_templates() -> list[TemplateView]:
    """Return the templates that have a wording for a channel we can send by."""
    return [one for one in list_templates() if any(channel in SENDABLE for channel in one.versions)]


def offered_audiences() -> list[AudienceChoice]:
    """Return the audiences this person may write to, each with its number of people.

    Somebody to whom customers were delegated is offered these alone; the rest of the company neither exists
    nor is counted for them.
    """
    is_delegated = customers() is not None
    by_customer = _people_by("customer_id")
    parts = [_of_customer(one, by_customer.get(one.id, 0)) for one in customers_here()]
    if is_delegated:
        return parts
    everyone = AudienceChoice(EVERYONE, "Everyone", "", sum(by_customer.values()), Audience())
    return [everyone, *parts, *_recent_imports()]


def audience_choice(key: str) -> AudienceChoice:
    """Return the audience of that key; raise NotFound for one this person may not write to."""
    kind, _, number = key.partition("-")
    is_numbered = number.isascii() and number.isdigit() and len(number) < 19
    if key == EVERYONE and customers() is None:
        return AudienceChoice(EVERYONE, "Everyone", "", sum(_people_by("customer_id").values()), Audience())
    if kind == "customer" and is_numbered:
        customer = session().get(Customer, (company_id(), int(number)))
        if customer is not None and customer.active:
            return _of_customer(customer, _people_by("customer_id").get(customer.id, 0))
    if kind == "packet" and is_numbered and customers() is None:
        packet = session().get(Packet, (company_id(), int(number)))
        if packet is not None:
            return _of_import(packet, _people_by("packet_id", [packet.id]).get(packet.id, 0))
    raise NotFound("There is no such audience.")


def template_choice(template_id: int) -> TemplateView:
    """Return a template that can be sent; raise NotFound."""
    for template in sendable_templates():
        if template.id == template_id:
            return template
    raise NotFound("There is no such template.")


def channels_of(template: TemplateView, wanted: list[str] | None = None) -> list[str]:
    """Return the channels a template can go out by, of those wanted; raise Rejected where none is left."""
    possible = [channel for channel in SENDABLE if channel in template.versions]
    chosen = possible if wanted is None else [channel for channel in possible if channel in wanted]
    if not chosen:
        raise Rejected("Choose at least one way to reach people.", field="channels", code="no_channel")
    return chosen


def _of_customer(customer: Customer, people: int) -> AudienceChoice:
    audience = Audience(customer_id=customer.id)
    return AudienceChoice(f"customer-{customer.id}", customer.name, "part", people, audience)


def _of_import(packet: Packet, people: int) -> AudienceChoice:
    audience = Audience(packet_id=packet.id)
    return AudienceChoice(f"packet-{packet.id}", packet.filename, "import", people, audience)


def _recent_imports() -> list[AudienceChoice]:
    query = select(Packet).where(
        Packet.company_id == company_id(), Packet.stage.in_(("loaded", "scheduled", "done"))
    )
    packets = list(session().scalars(query.order_by(Packet.id.desc()).limit(RECENT_IMPORTS)))
    people = _people_by("packet_id", [packet.id for packet in packets])
    return [_of_import(packet, people.get(packet.id, 0)) for packet in packets if people.get(packet.id)]


def _people_by(column: str, among: list[int] | None = None) -> dict[int | None, int]:
    within = "" if among is None else f"AND {column} = ANY (:among)"
    rows = session().execute(
        text(
            f"SELECT {column} AS owner, count(*) AS people FROM contact_records "
            f"WHERE company_id = :company {within} GROUP BY 1"
        ),
        _parameters(among),
    )
    return {row.owner: row.people for row in rows}


def _parameters(among: list[int] | None) -> dict[str, Any]:
    named: dict[str, Any] = {"company": company_id()}
    return named if among is None else {**named, "among": among}
