"""Finding imports by the names of their files."""

from sqlalchemy import select

from app.models import Packet
from app.unit_of_work import company_id, session


def named_like(words: str, limit: int) -> list[Packet]:
    """Return imports with these words in the file's name that may be seen here, newest first."""
    query = select(Packet).where(
        Packet.company_id == company_id(), Packet.filename.icontains(words, autoescape=True)
    )
    return list(session().scalars(query.order_by(Packet.id.desc()).limit(limit)))
