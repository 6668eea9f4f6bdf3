"""People who sign in, with their passwords, factors and sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, SmallInteger, Text, Uuid, func, text
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
    passkey_handle: Mapped[UUID] = mapped_column(Uuid, server_default=text("gen_random_uuid()"))


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
    phone_number: Mapped[str] = mapped_column(Text, server_default=text("''"))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Passkey(GlobalKey, Times, Base):
    __tablename__ = "user_passkeys"
    user_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    credential_id: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    transports: Mapped[str] = mapped_column(Text, server_default=text("''"))
    alone: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PasskeyChallenge(GlobalKey, Times, Base):
    __tablename__ = "passkey_challenges"
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    purpose: Mapped[str] = mapped_column(Text)
    challenge: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RecoveryCode(GlobalKey, Times, Base):
    __tablename__ = "user_recovery_codes"
    user_id: Mapped[int] = mapped_column(BigInteger)
    code_hash: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class TextCode(GlobalKey, Times, Base):
    __tablename__ = "user_text_codes"
    user_id: Mapped[int] = mapped_column(BigInteger)
    session_id: Mapped[int] = mapped_column(BigInteger)
    phone_number: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'waiting'"))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


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
    proved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    proved_by: Mapped[str] = mapped_column(Text, server_default=text("''"))
    idle_minutes: Mapped[int] = mapped_column(SmallInteger, server_default=text("30"))


class Throttle(GlobalKey, Times, Base):
    __tablename__ = "throttles"
    subject: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    first_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    blocked_until: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
