"""Who of an audience waits, since sending for the customer they belong to is turned off."""

from sqlalchemy import text

from app.domain.scheduling.audience import Audience
from app.unit_of_work import company_id, session


def waiting_customers(audience: Audience) -> list[str]:
    """Return by name the customers that are turned off and have people in the audience."""
    rows = session().execute(
        text(
            "SELECT off.name FROM customers off WHERE off.company_id = :company AND NOT off.active "
            f"AND EXISTS (SELECT 1 FROM contact_records r WHERE {audience.condition('r')} "
            "AND r.customer_id = off.id) ORDER BY off.name"
        ),
        {"company": company_id(), **audience.parameters()},
    )
    return list(rows.scalars())
