"""One-time links, the portal's own mails to those who sign in, and second factors to be removed."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, Times


class AccountLink(GlobalKey, Times, Base):
    __tablename__ = "account_links"
    token_hash: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    email_address: Mapped[str] = mapped_column(Text, server_default=text("''"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    made_by: Mapped[int | None] = mapped_column(BigInteger)


class AccountMail(GlobalKey, Times, Base):
    __tablename__ = "account_mails"
    token: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    to_address: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    sealed: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    available_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    problem: Mapped[str] = mapped_column(Text, server_default=text("''"))


class FactorReset(GlobalKey, Times, Base):
    __tablename__ = "factor_resets"
    user_id: Mapped[int] = mapped_column(BigInteger)
    asked_by: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    takes_effect_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
