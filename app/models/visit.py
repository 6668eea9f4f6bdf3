"""Visits of our own people to a company."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, Times


class SupportVisit(GlobalKey, Times, Base):
    """One company for at most an hour; `user_label` is the visitor's name as it was then."""

    __tablename__ = "support_visits"
    company_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    user_label: Mapped[str] = mapped_column(Text)
    session_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    ticket: Mapped[str] = mapped_column(Text, server_default=text("''"))
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    raised_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    raised_reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
