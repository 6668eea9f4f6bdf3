"""Whether a person has anywhere to go: who works only at companies that are turned off cannot sign in."""

from sqlalchemy import and_, func, or_, select

from app.models import Company, CompanyGroup, Grant
from app.unit_of_work import session


def shut_out(user_id: int) -> bool:
    """Say whether all of a person's roles lie at companies that are turned off; without a role one is not."""
    reached = or_(Grant.scope == "platform", Company.id.is_not(None))
    query = (
        select(func.count().label("held"), func.count().filter(reached).label("reached"))
        .select_from(Grant)
        .outerjoin(CompanyGroup, CompanyGroup.group_id == Grant.group_id)
        .outerjoin(
            Company,
            and_(Company.active, or_(Company.id == Grant.company_id, Company.id == CompanyGroup.company_id)),
        )
        .where(Grant.user_id == user_id)
    )
    row = session().execute(query).one()
    return bool(row.held) and not row.reached
