"""The programs that call for a company, whom they are limited to, and their keys."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class CompanyApp(TenantKey, Times, Base):
    """A program; where it is `limited`, it reaches the customers of its restrictions and nobody else."""

    __tablename__ = "company_apps"
    name: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text, server_default=text("''"))
    limited: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class CompanyAppRestriction(TenantKey, Times, Base):
    __tablename__ = "company_app_restrictions"
    company_app_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)


class CompanyApiKey(TenantKey, Times, Base):
    """A key: `api_id` is public, of the secret there is only the hash, which the portal cannot read back."""

    __tablename__ = "company_api_keys"
    company_app_id: Mapped[int] = mapped_column(BigInteger)
    api_id: Mapped[str] = mapped_column(Text)
    key_hash: Mapped[str] = mapped_column(Text, deferred=True, deferred_raiseload=True)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    networks: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_network: Mapped[str] = mapped_column(Text, server_default=text("''"))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
