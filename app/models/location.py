"""The places at which a company or one of its customers sees people."""

from sqlalchemy import BigInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class CompanyLocation(TenantKey, Times, Base):
    __tablename__ = "company_locations"
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    address_1: Mapped[str] = mapped_column(Text, server_default=text("''"))
    address_2: Mapped[str] = mapped_column(Text, server_default=text("''"))
    city: Mapped[str] = mapped_column(Text, server_default=text("''"))
    state: Mapped[str] = mapped_column(Text, server_default=text("''"))
    zip: Mapped[str] = mapped_column(Text, server_default=text("''"))
