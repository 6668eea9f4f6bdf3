"""One planned contact of one person by one channel, and its fate."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, TenantKey, Times


class Message(TenantKey, Times, Base):
    __tablename__ = "messages"
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    record_id: Mapped[int] = mapped_column(BigInteger)
    broadcast_id: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    contact_method: Mapped[str] = mapped_column(Text)
    template_version_id: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    to_address: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(SmallInteger)
    contact_date: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    contact_status: Mapped[str] = mapped_column(Text, server_default=text("'planned'"))
    contact_status_description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    flag: Mapped[str | None] = mapped_column(Text)
    queued_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    processed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    raw_response: Mapped[str | None] = mapped_column(Text)
    attempt_id: Mapped[UUID | None] = mapped_column(Uuid)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    provider_id: Mapped[str | None] = mapped_column(Text)
    segments: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[str | None] = mapped_column(Text)


class ContactMethod(GlobalKey, Times, Base):
    __tablename__ = "contact_methods"
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)


class ContactStatus(GlobalKey, Times, Base):
    __tablename__ = "contact_statuses"
    key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    rank: Mapped[int] = mapped_column(SmallInteger)
    final: Mapped[bool] = mapped_column(Boolean)


class Flag(GlobalKey, Times, Base):
    __tablename__ = "flags"
    flag: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
