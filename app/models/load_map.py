"""How a client's columns become our fields, in versions."""

from typing import Any

from sqlalchemy import BigInteger, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class LoadMapRow(TenantKey, Times, Base):
    __tablename__ = "company_load_maps"
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    load_name: Mapped[str] = mapped_column(Text)
    system_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    system_version: Mapped[str] = mapped_column(Text, server_default=text("''"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("0"))


class LoadMapVersion(TenantKey, Times, Base):
    __tablename__ = "company_load_map_versions"
    load_map_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
    load_map: Mapped[dict[str, Any]] = mapped_column(JSONB)
    fingerprint: Mapped[str] = mapped_column(Text)
    header_set: Mapped[str] = mapped_column(Text)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
