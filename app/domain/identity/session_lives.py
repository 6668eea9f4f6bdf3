"""How long a session holds: idle as their companies ask, twelve hours at most; less for our own staff."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update

from app.models import Company, CompanyGroup, Grant, UserSession
from app.unit_of_work import session

USUAL_IDLE: Final = 30
CLINICS_IDLE: Final = 15
OUR_STAFFS_IDLE: Final = 15
LONGEST: Final = timedelta(hours=12)
OUR_STAFFS_LONGEST: Final = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class SessionLife:
    """How long one may do nothing, in minutes, and how long it lasts whatever is done."""

    idle_minutes: int
    longest: timedelta


def life_of(user_id: int) -> SessionLife:
    """Return how long this person's next session holds: the strictest of their companies decides."""
    strictest = (
        select(
            func.min(_idle_of_company()).label("idle"),
            func.bool_or(Grant.scope == "platform").label("is_ours"),
        )
        .select_from(Grant)
        .join(CompanyGroup, CompanyGroup.group_id == Grant.group_id, isouter=True)
        .join(Company, Company.id.in_((Grant.company_id, CompanyGroup.company_id)), isouter=True)
        .where(Grant.user_id == user_id)
    )
    row = session().execute(strictest).one()
    if row.is_ours:
        return SessionLife(OUR_STAFFS_IDLE, OUR_STAFFS_LONGEST)
    return SessionLife(row.idle or USUAL_IDLE, LONGEST)


def is_our_staff(user_id: int) -> bool:
    """Say whether the person has a role on the platform: support, or one who runs it."""
    ours = select(Grant.id).where(Grant.user_id == user_id, Grant.scope == "platform").limit(1)
    return session().scalar(ours) is not None


def follow_company(company_id: int) -> None:
    """Bring the open sessions of those who work for a company in line with its idle time, after a change.

    These are its own people and the staff of its group's master. Needs a transaction of the platform: in one
    of the company, what a person's other companies ask could not be seen.
    """
    groups = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id)
    works_for = or_(Grant.company_id == company_id, and_(Grant.scope == "group", Grant.group_id.in_(groups)))
    people = select(Grant.user_id).where(works_for).distinct()
    for user_id in session().scalars(people).all():
        session().execute(
            update(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.kind == "signed_in",
                UserSession.ended_at.is_(None),
            )
            .values(idle_minutes=life_of(user_id).idle_minutes)
        )


def _idle_of_company() -> ColumnElement[int]:
    """Return what a company asks; nothing where there is no company."""
    usual = case((Company.kind == "health_care", CLINICS_IDLE), (Company.id.is_not(None), USUAL_IDLE))
    return func.coalesce(Company.idle_minutes, usual)
