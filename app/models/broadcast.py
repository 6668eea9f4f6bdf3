"""A one-off sending by a person to an audience."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class Broadcast(TenantKey, Times, Base):
    __tablename__ = "broadcasts"
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    template_id: Mapped[int] = mapped_column(BigInteger)
    packet_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(Text, server_default=text("'scheduled'"))
    send_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    planned_to: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    planned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    request_key: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
