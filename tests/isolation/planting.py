"""Plants one whole story for one customer: a row in each table of a company, each with canaries in it.

A canary is a word that stands nowhere else. Where it turns up in an answer, somebody saw a foreign row. All
words of a story begin alike, so that one search finds any of them; what must be a number is one of its own.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app import clock
from app.models import (
    Broadcast,
    Company,
    CompanyApiKey,
    CompanyApp,
    CompanyAppRestriction,
    CompanyLocation,
    ContactBlock,
    ContactRecord,
    Customer,
    CustomerXref,
    DeliveryDay,
    Grant,
    IngestSource,
    Lane,
    LoadMapRow,
    LoadMapVersion,
    Message,
    MessageUpdate,
    OptOut,
    Packet,
    PacketLogEntry,
    PacketOperation,
    QueuedMessage,
    Role,
    Template,
    TemplateVersion,
    User,
)
from app.unit_of_work import across_companies, session

_numbers = count(1000)


@dataclass(frozen=True, slots=True)
class Story:
    """What was planted: company, customer, the words, and the id of each row by the name of its table.

    `canary` begins every planted word, `phone` is the planted number.
    """

    company_id: int
    customer_id: int | None
    canary: str
    phone: str
    ids: dict[str, int]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The planted number as it is kept, and as a page spells it."""
        return self.phone, f"({self.phone[2:5]}) {self.phone[5:8]}-{self.phone[8:]}"


def plant(alias: str, customer: str | None = None) -> Story:
    """Plant a story at a company, for one of its customers or for the whole company."""
    canary, phone = f"canary{uuid4().hex[:12]}", f"+1914555{next(_numbers):04}"
    with across_companies(reason="planting rows for a test"):
        company_id = session().scalar(select(Company.id).where(Company.alias == alias))
        assert company_id is not None
        customer_id = session().scalar(
            select(Customer.id).where(Customer.company_id == company_id, Customer.name == (customer or ""))
        )
        ids: dict[str, int] = {}

        def keep(row: Any) -> int:
            row.company_id = company_id
            session().add(row)
            session().flush()
            ids[row.__tablename__] = row.id
            return int(row.id)

        if customer_id is not None:
            ids["customers"] = customer_id
        _colleague(keep, customer_id, canary, alias, ids)
        _program(keep, customer_id, canary, ids)
        _import(keep, customer_id, canary, phone, ids)
        _sending(keep, customer_id, canary, phone, ids)
    return Story(company_id, customer_id, canary, phone, ids)


def _colleague(keep: Any, customer_id: int | None, canary: str, alias: str, ids: dict[str, int]) -> None:
    keep(User(email_address=f"{canary}@{alias}.example", first_name=canary, last_name=f"{canary}-family"))
    keep(Role(key=f"own-{canary}", name=canary, description=f"{canary}-role"))
    scope = (
        {"scope": "company"} if customer_id is None else {"scope": "customers", "customer_ids": [customer_id]}
    )
    keep(Grant(user_id=ids["users"], role_id=ids["roles"], **scope))


def _program(keep: Any, customer_id: int | None, canary: str, ids: dict[str, int]) -> None:
    keep(CompanyApp(name=canary, description=f"{canary}-app", limited=customer_id is not None))
    if customer_id is not None:
        keep(CompanyAppRestriction(company_app_id=ids["company_apps"], customer_id=customer_id))
    keep(
        CompanyApiKey(
            company_app_id=ids["company_apps"], api_id=uuid4().hex[:24], name=f"{canary}-name",
            key_hash=sha256(canary.encode()).hexdigest(), scopes=["messages/read"],
            created_at=clock.now(), expires_at=clock.now() + timedelta(days=1),
        )
    )  # fmt: skip


def _import(keep: Any, customer_id: int | None, canary: str, phone: str, ids: dict[str, int]) -> None:
    place = {"name": canary, "address_1": f"{canary}-street", "city": f"{canary}-city"}
    keep(CompanyLocation(customer_id=customer_id, **place))
    if customer_id is not None:
        keep(CustomerXref(customer_id=customer_id, external_customer_id=f"{canary}-outside"))
    keep(IngestSource(name=canary, kind="upload", description=f"{canary}-from"))
    keep(LoadMapRow(customer_id=customer_id, load_name=canary, system_name=f"{canary}-system"))
    keep(
        LoadMapVersion(
            load_map_id=ids["company_load_maps"], version=1, load_map={"note": f"{canary}-map"},
            fingerprint=f"{canary}-print", header_set=f"{canary}-header",
        )
    )  # fmt: skip
    keep(
        Packet(
            customer_id=customer_id, data_ingest_source_id=ids["data_ingest_sources"],
            filename=f"{canary}.csv", file_size=1, sha256=canary, problem=f"{canary}-problem", stage="done",
            counts=dict.fromkeys(("rows", "records", "refused", "duplicates", "blocked", "messages"), 1),
            load_map_id=ids["company_load_maps"],
        )
    )  # fmt: skip
    packet_id = ids["data_packets"]
    noted = {"payload": {"x": f"{canary}-operation"}, "kind": "note", "position": 1, "after_position": 0}
    keep(PacketOperation(packet_id=packet_id, **noted))
    keep(PacketLogEntry(packet_id=packet_id, from_stage="", to_stage="done", reason=f"{canary}-log"))
    keep(
        ContactRecord(
            customer_id=customer_id, packet_id=packet_id, row_number=1, record_key=f"{canary}-key",
            data={"first_name": canary, "last_name": canary, "notes": f"{canary}-notes"}, phone=phone,
            email=f"{canary}@example.org", time_zone="America/New_York", time_zone_origin="company",
        )
    )  # fmt: skip
    keep(ContactBlock(criteria={"last_name": f"{canary}-blocked"}, reason=f"{canary}-block"))
    keep(OptOut(channel="email", address=f"{canary}@example.org", source=f"{canary}-source"))


def _sending(keep: Any, customer_id: int | None, canary: str, phone: str, ids: dict[str, int]) -> None:
    later = clock.now() + timedelta(days=1)
    keep(Template(customer_id=customer_id, name=canary))
    words = {"body": f"{canary}-wording", "note": f"{canary}-note"}
    keep(TemplateVersion(template_id=ids["templates"], channel="sms", version=1, **words))
    keep(
        Broadcast(
            customer_id=customer_id, template_id=ids["templates"], packet_id=ids["data_packets"], name=canary,
            audience={"packet_id": ids["data_packets"]}, channels=["sms"], send_at=later,
            request_key=f"{canary}-request",
        )
    )  # fmt: skip
    keep(
        Message(
            customer_id=customer_id, record_id=ids["contact_records"], broadcast_id=ids["broadcasts"],
            contact_method="sms", template_version_id=ids["template_versions"], data={"first_name": canary},
            to_address=phone, priority=1, contact_date=later, contact_status="queued",
            contact_status_description=f"{canary}-status", body=f"{canary}-body",
        )
    )  # fmt: skip
    keep(
        DeliveryDay(
            broadcast_id=ids["broadcasts"], customer_id=customer_id, day=later.date(), channel="sms",
            status="queued", reason=f"{canary}-day", messages=1,
        )
    )  # fmt: skip
    keep(Lane(shard=f"{canary}-lane", channel="sms", priority=1))
    keep(
        QueuedMessage(
            channel="sms", message_id=ids["messages"], lane_id=ids["lanes"], customer_id=customer_id,
            from_address="+12125550100", to_address=phone, message_data={"body": f"{canary}-waiting"},
            contact_date=later, priority=1, available_at=later,
        )
    )  # fmt: skip
    keep(
        MessageUpdate(
            message_id=ids["messages"], customer_id=customer_id, contact_method="sms", provider="twilio",
            event_id=f"{canary}-event", kind="status", status={"note": f"{canary}-told"},
            applied_at=clock.now(),
        )
    )  # fmt: skip
    keep(
        MessageUpdate(
            message_id=ids["messages"], customer_id=customer_id, contact_method="sms", provider="twilio",
            event_id=f"{canary}-reply", kind="reply", status={"from": phone, "body": f"{canary}-said"},
            applied_at=clock.now(),
        )
    )  # fmt: skip
