"""A part of a company that can be delegated, and the names other systems have for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class Customer(TenantKey, Times, Base):
    __tablename__ = "customers"
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("''"))
    zip: Mapped[str] = mapped_column(Text, server_default=text("''"))
    time_zone: Mapped[str | None] = mapped_column(Text)
    phone_number: Mapped[str] = mapped_column(Text, server_default=text("''"))
    window_from: Mapped[int | None] = mapped_column(SmallInteger)
    window_until: Mapped[int | None] = mapped_column(SmallInteger)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    stale_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    shard: Mapped[str] = mapped_column(Text, server_default=text("''"))


class CustomerXref(TenantKey, Times, Base):
    __tablename__ = "customer_xrefs"
    customer_id: Mapped[int] = mapped_column(BigInteger)
    external_customer_id: Mapped[str] = mapped_column(Text)
