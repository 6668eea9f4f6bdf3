"""The columns that most tables share."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Identity, func
from sqlalchemy.orm import Mapped, mapped_column


class GlobalKey:
    """The key of a table that belongs to no company."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class TenantKey:
    """The key of a tenant table: it begins with the company, so that the schema can be distributed by it."""

    company_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)


class Times:
    """When a row was made and last changed."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )
