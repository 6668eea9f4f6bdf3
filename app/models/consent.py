"""Whom not to contact, and why."""

from typing import Any

from sqlalchemy import BigInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class ContactBlock(TenantKey, Times, Base):
    __tablename__ = "contact_blocks"
    criteria: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))


class OptOut(TenantKey, Times, Base):
    __tablename__ = "opt_outs"
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text, server_default=text("'all'"))
    source: Mapped[str] = mapped_column(Text)


class ConsentEvent(TenantKey, Times, Base):
    __tablename__ = "consent_events"
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    message_update_id: Mapped[int | None] = mapped_column(BigInteger)
    said: Mapped[str] = mapped_column(Text, server_default=text("''"))
