"""People who sign in, with their passwords, factors and sessions."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, Times


class User(GlobalKey, Times, Base):
    __tablename__ = "users"
    email_address: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    last_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    phone_number: Mapped[str] = mapped_column(Text, server_default=text("''"))
    time_zone: Mapped[str] = mapped_column(Text, server_default=text("'America/New_York'"))
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    locked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    login_attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    theme: Mapped[str] = mapped_column(Text, server_default=text("'system'"))
    density: Mapped[str] = mapped_column(Text, server_default=text("'comfortable'"))
    shortcuts: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))


class UserPassword(GlobalKey, Times, Base):
    __tablename__ = "user_passwords"
    user_id: Mapped[int] = mapped_column(BigInteger)
    password_hash: Mapped[str] = mapped_column(Text)


class UserFactor(GlobalKey, Times, Base):
    __tablename__ = "user_factors"
    user_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    totp_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    confirmed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UserSession(GlobalKey, Times, Base):
    __tablename__ = "user_sessions"
    token_hash: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(BigInteger)
    user_agent: Mapped[str] = mapped_column(Text, server_default=text("''"))
    network: Mapped[str] = mapped_column(Text, server_default=text("''"))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Throttle(GlobalKey, Times, Base):
    __tablename__ = "throttles"
    subject: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    blocked_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
