"""Plants one whole story for one customer: from the file to the message that waits, each row with a canary.

A canary is a word that stands nowhere else. Where it turns up in an answer, somebody saw a foreign row.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from app import clock
from app.models import (
    Broadcast,
    Company,
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


@dataclass(frozen=True, slots=True)
class Story:
    """What was planted: company, customer, the word, and the id of each row by the name of its table."""

    company_id: int
    customer_id: int | None
    canary: str
    ids: dict[str, int]


def plant(alias: str, customer: str | None = None) -> Story:
    """Plant a story at a company, for one of its customers or for the whole company."""
    canary = f"canary{uuid4().hex[:12]}"
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
        _import(keep, customer_id, canary, ids)
        _sending(keep, customer_id, canary, ids)
    return Story(company_id, customer_id, canary, ids)


def _colleague(keep: Any, customer_id: int | None, canary: str, alias: str, ids: dict[str, int]) -> None:
    keep(User(email_address=f"{canary}@{alias}.example", first_name=canary))
    keep(Role(key=f"own-{canary}", name=canary))
    scope = (
        {"scope": "company"} if customer_id is None else {"scope": "customers", "customer_ids": [customer_id]}
    )
    keep(Grant(user_id=ids["users"], role_id=ids["roles"], **scope))


def _import(keep: Any, customer_id: int | None, canary: str, ids: dict[str, int]) -> None:
    keep(CompanyLocation(customer_id=customer_id, name=canary))
    if customer_id is not None:
        keep(CustomerXref(customer_id=customer_id, external_customer_id=canary))
    keep(IngestSource(name=canary, kind="upload"))
    keep(LoadMapRow(customer_id=customer_id, load_name=canary))
    keep(
        LoadMapVersion(
            load_map_id=ids["company_load_maps"], version=1, load_map={"note": canary},
            fingerprint=canary, header_set=canary,
        )
    )  # fmt: skip
    keep(
        Packet(
            customer_id=customer_id, data_ingest_source_id=ids["data_ingest_sources"],
            filename=f"{canary}.csv", file_size=1, sha256=canary, problem=canary, stage="done",
            counts=dict.fromkeys(("rows", "records", "refused", "duplicates", "blocked", "messages"), 1),
            load_map_id=ids["company_load_maps"],
        )
    )  # fmt: skip
    packet_id = ids["data_packets"]
    keep(
        PacketOperation(packet_id=packet_id, position=1, after_position=0, kind="note", payload={"x": canary})
    )
    keep(PacketLogEntry(packet_id=packet_id, from_stage="", to_stage="done", reason=canary))
    keep(
        ContactRecord(
            customer_id=customer_id, packet_id=packet_id, row_number=1, record_key=canary,
            data={"first_name": canary, "last_name": canary}, phone="+12125550199",
            email=f"{canary}@example.org", time_zone="America/New_York", time_zone_origin="company",
        )
    )  # fmt: skip
    keep(ContactBlock(criteria={"last_name": canary}, reason=canary))
    keep(OptOut(channel="email", address=f"{canary}@example.org", source=canary))


def _sending(keep: Any, customer_id: int | None, canary: str, ids: dict[str, int]) -> None:
    later = clock.now() + timedelta(days=1)
    keep(Template(customer_id=customer_id, name=canary))
    keep(TemplateVersion(template_id=ids["templates"], channel="sms", version=1, body=canary))
    keep(
        Broadcast(
            customer_id=customer_id, template_id=ids["templates"], packet_id=ids["data_packets"], name=canary,
            audience={"packet_id": ids["data_packets"]}, channels=["sms"], send_at=later, request_key=canary,
        )
    )  # fmt: skip
    keep(
        Message(
            customer_id=customer_id, record_id=ids["contact_records"], broadcast_id=ids["broadcasts"],
            contact_method="sms", template_version_id=ids["template_versions"], data={"first_name": canary},
            to_address="+12125550199", priority=1, contact_date=later, contact_status="queued", body=canary,
        )
    )  # fmt: skip
    keep(
        DeliveryDay(
            broadcast_id=ids["broadcasts"], customer_id=customer_id, day=later.date(), channel="sms",
            status="queued", reason=canary, messages=1,
        )
    )  # fmt: skip
    keep(Lane(shard=canary, channel="sms", priority=1))
    keep(
        QueuedMessage(
            channel="sms", message_id=ids["messages"], lane_id=ids["lanes"], customer_id=customer_id,
            from_address="+12125550100", to_address="+12125550199", message_data={"body": canary},
            contact_date=later, priority=1, available_at=later,
        )
    )  # fmt: skip
    keep(
        MessageUpdate(
            message_id=ids["messages"], customer_id=customer_id, contact_method="sms", provider="twilio",
            event_id=canary, kind="status", status={"note": canary}, applied_at=clock.now(),
        )
    )  # fmt: skip
    keep(
        MessageUpdate(
            message_id=ids["messages"], customer_id=customer_id, contact_method="sms", provider="twilio",
            event_id=f"{canary}-reply", kind="reply", status={"from": "+12125550199", "body": canary},
            applied_at=clock.now(),
        )
    )  # fmt: skip
