"""A lost second factor: an administrator asks for its removal, the person is told, a day later it is done.

Who still has the factor stops it with the link in the mail: an administrator who was talked into it opens
nothing in silence.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, and_, delete, func, or_, select, update

from app import clock
from app.domain.audit import events
from app.domain.identity import accounts, sessions
from app.domain.identity.account_links import LinkKind, end_links, make_link, take_link
from app.domain.identity.account_mails import write_mail
from app.domain.identity.notices import tell
from app.domain.identity.session_lives import is_our_staff
from app.errors import Conflict, Rejected
from app.models import CompanyGroup, FactorReset, Grant, Passkey, RecoveryCode, TextCode, UserFactor
from app.unit_of_work import session

NOTICE: Final = timedelta(hours=24)
NOT_ALONE: Final = (
    "This person works for another company as well, so no single one of them takes their second factor away. "
    "They can sign in with a recovery code; without one, ask Carillon."
)
FACTORS: Final = (UserFactor, Passkey, RecoveryCode, TextCode)


def require_ours_alone(user_id: int, company_id: int) -> None:
    """Raise Rejected for who works for Carillon, or for a company beyond this one and its group too.

    Else anybody's administrator could invite a stranger, and have their second factor removed everywhere. The
    transaction is one of the platform: in one of a company, nobody's other companies can be seen.
    """
    if is_our_staff(user_id):
        raise Rejected("This person works for Carillon, which looks after their second factor.")
    group = select(CompanyGroup.group_id).where(CompanyGroup.company_id == company_id)
    ours = select(CompanyGroup.company_id).where(CompanyGroup.group_id.in_(group))
    elsewhere = select(Grant.id).where(
        Grant.user_id == user_id,
        or_(
            and_(
                Grant.company_id.is_not(None), Grant.company_id != company_id, Grant.company_id.not_in(ours)
            ),
            and_(Grant.group_id.is_not(None), Grant.group_id.not_in(group)),
        ),
    )
    if session().scalar(elsewhere.limit(1)) is not None:
        raise Rejected(NOT_ALONE, field="reason")


def ask_removal(user_id: int, reason: str, by: int) -> FactorReset:
    """Announce the removal of a person's second factors for this time tomorrow, and tell them.

    Raises Rejected without a reason or for oneself, and Conflict where it is announced already.
    """
    account = accounts.by_id(user_id)
    if not reason.strip():
        raise Rejected("Say why the second factor is to be removed.", field="reason")
    if account is None or user_id == by:
        raise Rejected("Nobody asks this for themselves. Ask another administrator.")
    if pending(user_id) is not None:
        raise Conflict("The removal of this second factor is announced already.")
    at = clock.now() + NOTICE
    row = FactorReset(user_id=user_id, asked_by=by, reason=reason.strip()[:300], takes_effect_at=at)
    session().add(row)
    session().flush()
    asker = accounts.by_id(by)
    write_mail(
        "factor_reset_asked",
        account.email_address,
        user_id,
        token=make_link(user_id, LinkKind.STOP_FACTOR_RESET, NOTICE, by=by),
        by=f"{asker.first_name} {asker.last_name}".strip() if asker else "An administrator",
        reason=row.reason,
        takes_effect=f"{at:%B} {at.day}, {at:%Y at %H:%M} UTC",
    )
    events.record("factor_reset_asked", "users", user_id, reason=row.reason)
    return row


def pending(user_id: int) -> FactorReset | None:
    """Return the announced removal of this person's factors, if there is one."""
    return session().scalars(_open().where(FactorReset.user_id == user_id)).one_or_none()


def stop(user_id: int) -> bool:
    """Stop an announced removal; say whether there was one."""
    row = pending(user_id)
    if row is None:
        return False
    row.stopped_at = clock.now()
    session().flush()
    end_links(user_id, LinkKind.STOP_FACTOR_RESET)
    tell(user_id, "factor_reset_stopped")
    events.record("factor_reset_stopped", "users", user_id)
    return True


def stop_by_link(token: str) -> bool:
    """Stop it with the link of the mail; raise LinkDead."""
    return stop(take_link(token, LinkKind.STOP_FACTOR_RESET).user_id)


def due_removals() -> Sequence[int]:
    """Return whose removals are due; the transaction must look across companies."""
    due = _open().where(FactorReset.takes_effect_at <= clock.now())
    return [row.user_id for row in session().scalars(due)]


def remove_due(user_id: int) -> bool:
    """Remove all second factors of a person whose day of notice is over, and end their sessions.

    The claim is one conditional UPDATE: what was stopped in the meantime is not done.
    """
    claimed = session().execute(
        update(FactorReset)
        .where(
            FactorReset.user_id == user_id,
            FactorReset.stopped_at.is_(None),
            FactorReset.done_at.is_(None),
            FactorReset.takes_effect_at <= clock.now(),
        )
        .values(done_at=clock.now(), updated_at=func.now())
        .returning(FactorReset.id)
    )
    if claimed.first() is None:
        return False
    for kind in FACTORS:
        session().execute(delete(kind).where(kind.user_id == user_id))
    sessions.end_all_of(user_id)
    end_links(user_id, LinkKind.STOP_FACTOR_RESET)
    tell(user_id, "factor_reset_done")
    events.record("factor_reset_done", "users", user_id)
    return True


def _open() -> Select[FactorReset]:
    return select(FactorReset).where(FactorReset.stopped_at.is_(None), FactorReset.done_at.is_(None))
