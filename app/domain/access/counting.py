"""Which grants count now: neither what was turned off, nor what hangs on something that was."""

from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.models import CompanyGroup, Grant

# A customer that is turned off is not there for those it was handed to, and comes back as it was. This is the
# one place that says so: what is built on a person's access need not ask again.
ACTIVE_CUSTOMERS = func.active_customers(Grant.company_id, Grant.customer_ids)
OF_ACTIVE_CUSTOMERS = or_(Grant.scope != "customers", func.cardinality(ACTIVE_CUSTOMERS) > 0)


def _of_masters_staff() -> ColumnElement[bool]:
    """Say of a grant in a group that its person works for the master still: who was turned off there is no
    longer of its staff, and acts for nobody.

    A transaction of another member does not see who works for the master, and believes the grant.
    """
    master, own = aliased(CompanyGroup), aliased(Grant)
    works_there = select(own.id).where(
        own.user_id == Grant.user_id, own.company_id == master.company_id, own.scope == "company", own.active
    )
    here = func.coalesce(func.nullif(func.current_setting("app.company_id", True), ""), "0")
    has_left = select(master.id).where(
        master.group_id == Grant.group_id,
        master.master,
        cast(here, BigInteger).in_((0, master.company_id)),
        ~works_there.correlate(Grant, master).exists(),
    )
    return or_(Grant.scope != "group", ~has_left.correlate(Grant).exists())


COUNTS: Final = and_(Grant.active, OF_ACTIVE_CUSTOMERS, _of_masters_staff())
