"""The wording for one purpose, with an immutable version per channel."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, TenantKey, Times


class Template(TenantKey, Times, Base):
    __tablename__ = "templates"
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text, server_default=text("'message'"))
    category: Mapped[str] = mapped_column(Text, server_default=text("'informational'"))
    global_template_id: Mapped[int | None] = mapped_column(BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TemplateVersion(TenantKey, Times, Base):
    __tablename__ = "template_versions"
    template_id: Mapped[int] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(Text, server_default=text("''"))
    body: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    published_by: Mapped[int | None] = mapped_column(BigInteger)


class GlobalTemplate(GlobalKey, Times, Base):
    __tablename__ = "global_templates"
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text, server_default=text("'message'"))
    category: Mapped[str] = mapped_column(Text, server_default=text("'informational'"))


class GlobalTemplateVersion(GlobalKey, Times, Base):
    __tablename__ = "global_template_versions"
    template_id: Mapped[int] = mapped_column(BigInteger)
    channel: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(Text, server_default=text("''"))
    body: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    published_by: Mapped[int | None] = mapped_column(BigInteger)
