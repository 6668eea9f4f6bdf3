"""How many messages of a sending stand where, by the day they go out on."""

from datetime import date

from sqlalchemy import BigInteger, Date, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import TenantKey, Times


class DeliveryDay(TenantKey, Times, Base):
    """`day` is the company's; `reason` says why, for what did not arrive or was held back."""

    __tablename__ = "delivery_days"
    broadcast_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int | None] = mapped_column(BigInteger)
    day: Mapped[date] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    messages: Mapped[int] = mapped_column(BigInteger)
