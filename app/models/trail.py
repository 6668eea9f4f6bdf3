"""The audit log; the application can only read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base


class TrailEntry(Base):
    __tablename__ = "trail"
    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), primary_key=True, server_default=text("clock_timestamp()")
    )
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('trail_id_seq'::regclass)")
    )
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    user_label: Mapped[str] = mapped_column(Text, server_default=text("''"))
    session_id: Mapped[str] = mapped_column(Text, server_default=text("''"))
    request_id: Mapped[str] = mapped_column(Text, server_default=text("''"))
    action: Mapped[str] = mapped_column(Text)
    table_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    entity_id: Mapped[int | None] = mapped_column(BigInteger)
    old: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    new: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
