"""Which companies have broadcasts to see to; for the clock, which looks across companies."""

from sqlalchemy import text

from app.domain.scheduling.planning import EARLY
from app.unit_of_work import session


def broadcasts_to_plan() -> list[tuple[int, int]]:
    """Return (company, broadcast) of what is due to be planned, or cancelled with messages still waiting."""
    rows = session().execute(
        text(
            "SELECT b.company_id, b.id FROM broadcasts b "
            "JOIN companies c ON c.id = b.company_id AND c.active "
            f"WHERE b.state IN ('scheduled', 'planning') AND b.send_at <= now() + interval '{EARLY}' "
            "UNION ALL SELECT b.company_id, b.id FROM broadcasts b WHERE b.state = 'cancelled' "
            "AND EXISTS (SELECT 1 FROM messages m WHERE m.company_id = b.company_id "
            "AND m.broadcast_id = b.id AND m.processed IS NULL AND m.contact_status IN ('planned', 'queued'))"
        )
    )
    return [(row.company_id, row.id) for row in rows]


def companies_with_broadcasts_under_way() -> list[int]:
    """Return the companies that have broadcasts being sent."""
    rows = session().execute(text("SELECT DISTINCT company_id FROM broadcasts WHERE state = 'sending'"))
    return list(rows.scalars())
