"""Which worker queue serves which region."""

from sqlalchemy import Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import GlobalKey, Times


class Shard(GlobalKey, Times, Base):
    __tablename__ = "shards"
    state: Mapped[str] = mapped_column(Text)
    zip: Mapped[str] = mapped_column(Text, server_default=text("''"))
    name: Mapped[str] = mapped_column(Text)
