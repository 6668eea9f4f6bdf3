"""Applying what providers told us, rung by the queue or the clock."""

from app.domain.responses import applying
from app.queue import JobName, answered
from app.unit_of_work import transaction


def apply_updates(company_id: int) -> None:
    """Apply all of the company's stored updates, a batch in each transaction."""
    answered(JobName.APPLY_UPDATES, company_id)
    last: int | None = 0
    while last is not None:
        with transaction(company_id):
            last = applying.apply_updates(after=last)
