"""One delivery of data, where it stands and what people decided about it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Numeric, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, TenantKey, Times


class IngestStage(GlobalKey, Times, Base):
    __tablename__ = "data_ingest_stages"
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger)


class IngestSource(TenantKey, Times, Base):
    __tablename__ = "data_ingest_sources"
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))


class Packet(TenantKey, Times, Base):
    __tablename__ = "data_packets"
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    data_ingest_source_id: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(Text, server_default=text("'received'"))
    filename: Mapped[str] = mapped_column(Text)
    file_size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column("metadata", JSONB, server_default=text("'{}'"))
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    progress: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    problem: Mapped[str] = mapped_column(Text, server_default=text("''"))
    load_map_id: Mapped[int | None] = mapped_column(BigInteger)
    load_map_version: Mapped[int | None] = mapped_column(Integer)
    operation_position: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    request_key: Mapped[str] = mapped_column(Text, server_default=text("''"))
    upload_key: Mapped[str | None] = mapped_column(Text)
    working_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    created_by: Mapped[int | None] = mapped_column(BigInteger)


class PacketOperation(TenantKey, Times, Base):
    __tablename__ = "packet_operations"
    packet_id: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(Integer)
    after_position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    user_id: Mapped[int | None] = mapped_column(BigInteger)


class PacketLogEntry(TenantKey, Times, Base):
    __tablename__ = "log_data_packet"
    packet_id: Mapped[int] = mapped_column(BigInteger)
    from_stage: Mapped[str] = mapped_column(Text, server_default=text("''"))
    to_stage: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    seconds: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    user_id: Mapped[int | None] = mapped_column(BigInteger)
