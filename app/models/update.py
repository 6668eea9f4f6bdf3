"""What a provider told us about a message."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class MessageUpdate(TenantKey, Times, Base):
    __tablename__ = "message_updates"
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    contact_method: Mapped[str] = mapped_column(Text)
    provider: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    attempt_token: Mapped[str | None] = mapped_column(Text)
    status: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RefusedCallbacks(TenantKey, Times, Base):
    __tablename__ = "refused_callbacks"
    provider: Mapped[str] = mapped_column(Text)
    day: Mapped[date] = mapped_column(Date)
    refused: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
