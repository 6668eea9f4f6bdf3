"""The tenant, its groups and its installation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, SmallInteger, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, Times


class Company(GlobalKey, Times, Base):
    __tablename__ = "companies"
    public_id: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(Text)
    alias: Mapped[str] = mapped_column(Text)
    tier: Mapped[int] = mapped_column(SmallInteger, server_default=text("3"))
    kind: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    phone_number: Mapped[str] = mapped_column(Text, server_default=text("''"))
    from_phone: Mapped[str] = mapped_column(Text, server_default=text("''"))
    from_email: Mapped[str] = mapped_column(Text, server_default=text("''"))
    window_from: Mapped[int] = mapped_column(SmallInteger)
    window_until: Mapped[int] = mapped_column(SmallInteger)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    text_codes: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    idle_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    stale_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def shown_name(self) -> str:
        """What people know it by: its brand's name, where it gave one."""
        return str(self.details.get("shown_name") or self.name)

    @property
    def accent(self) -> str:
        """The tone of its pages by its name, empty for the usual one."""
        return str(self.details.get("accent") or "")


class CompanyAlias(GlobalKey, Times, Base):
    """An address a company had before; it still leads to the company, and no other one may take it."""

    __tablename__ = "company_aliases"
    company_id: Mapped[int] = mapped_column(BigInteger)
    alias: Mapped[str] = mapped_column(Text)


class Group(GlobalKey, Times, Base):
    __tablename__ = "groups"
    name: Mapped[str] = mapped_column(Text)


class CompanyGroup(GlobalKey, Times, Base):
    __tablename__ = "company_groups"
    group_id: Mapped[int] = mapped_column(BigInteger)
    company_id: Mapped[int] = mapped_column(BigInteger)
    master: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class Installation(GlobalKey, Times, Base):
    __tablename__ = "installation"
    environment: Mapped[str] = mapped_column(Text)
    key_check: Mapped[str] = mapped_column(Text)
