"""Finding sendings by their names."""

from sqlalchemy import select

from app.models import Broadcast
from app.unit_of_work import company_id, session


def named_like(words: str, limit: int) -> list[Broadcast]:
    """Return sendings with these words in the name that may be seen here, newest first."""
    query = select(Broadcast).where(
        Broadcast.company_id == company_id(), Broadcast.name.icontains(words, autoescape=True)
    )
    return list(session().scalars(query.order_by(Broadcast.id.desc()).limit(limit)))
