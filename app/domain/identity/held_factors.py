"""Which second factors a person has, and the rule that the last one is never taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from app.errors import Conflict
from app.models import Passkey, User, UserFactor
from app.unit_of_work import session


@dataclass(frozen=True, slots=True)
class FactorsHeld:
    """What proves a person beside their password; `text_to` is the proven number, empty without one.

    Codes by text are a further way for who has another factor, and do not count: a company may end them.
    """

    app_since: datetime | None
    passkeys: Sequence[Passkey]
    text_to: str

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.app_since is not None)


def has_factor(user_id: int) -> bool:
    """Say whether the person has any second factor in use."""
    app = select(UserFactor.id).where(
        UserFactor.user_id == user_id, UserFactor.kind == "totp", UserFactor.confirmed_at.is_not(None)
    )
    passkey = select(Passkey.id).where(Passkey.user_id == user_id)
    return bool(session().scalar(select(or_(app.exists(), passkey.exists()))))


def factors_of(user_id: int) -> FactorsHeld:
    """Return the second factors in use; a number that is no longer the person's own counts for nothing."""
    rows = session().execute(
        select(UserFactor.kind, UserFactor.confirmed_at, UserFactor.phone_number)
        .join(User, User.id == UserFactor.user_id, isouter=True)
        .where(
            UserFactor.user_id == user_id,
            UserFactor.confirmed_at.is_not(None),
            or_(
                UserFactor.kind == "totp",
                and_(UserFactor.kind == "text", UserFactor.phone_number == User.phone_number),
            ),
        )
    )
    found = {row.kind: row for row in rows}
    keys = session().scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id))
    return FactorsHeld(
        found["totp"].confirmed_at if "totp" in found else None,
        list(keys),
        found["text"].phone_number if "text" in found else "",
    )


def refuse_last(user_id: int) -> None:
    """Raise Conflict where the person has one second factor only; two who remove take turns."""
    session().execute(select(func.pg_advisory_xact_lock(7_241_850, user_id)))
    if factors_of(user_id).count < 2:
        raise Conflict("This is your only second factor. Add another one first, then remove this one.")
