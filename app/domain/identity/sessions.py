"""Server-side sessions: a random token in the cookie, its hash in the database.

After the password comes a record of its own kind that lives five minutes and opens nothing but the code
page; a new token is made when the second factor was right, so neither can stand in for the other.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from app import clock
from app.models import User, UserSession
from app.unit_of_work import act_as, session

FIRST_FACTOR = "first_factor"
SIGNED_IN = "signed_in"
FIRST_FACTOR_LIFE = timedelta(minutes=5)
ABSOLUTE_LIFE = timedelta(hours=12)
IDLE_LIFE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that holds now, with the person it belongs to."""

    id: int
    user: User
    expires_at: datetime
    last_seen_at: datetime

    @property
    def seconds_left(self) -> int:
        """Whole seconds until it ends if nothing more is done."""
        idle_left = self.last_seen_at + IDLE_LIFE - clock.now()
        return min(self.lifetime_left, int(idle_left.total_seconds()))

    @property
    def lifetime_left(self) -> int:
        """Whole seconds until it ends, whatever is done."""
        return int((self.expires_at - clock.now()).total_seconds())


def start(user_id: int, kind: str, *, network: str, user_agent: str) -> str:
    """Start a session and return its token, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    life = FIRST_FACTOR_LIFE if kind == FIRST_FACTOR else ABSOLUTE_LIFE
    session().add(
        UserSession(
            token_hash=_hash(token),
            kind=kind,
            user_id=user_id,
            network=network,
            user_agent=user_agent[:300],
            expires_at=clock.now() + life,
            last_seen_at=clock.now(),
        )
    )
    session().flush()
    return token


def find(token: str, kind: str, *, seen: bool = False) -> OpenSession | None:
    """Return the session of that token if it holds, acting as its person from here on in the transaction.

    `seen` extends the idle time; polls leave it out, so that an open page alone keeps nobody signed in.
    """
    now = clock.now()
    row = session().scalar(
        select(UserSession).where(
            UserSession.token_hash == _hash(token),
            UserSession.kind == kind,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > now - IDLE_LIFE,
        )
    )
    if row is None:
        return None
    act_as(row.user_id)
    user = session().get(User, row.user_id)
    if user is None or not user.active or user.locked:
        return None
    if seen and row.last_seen_at < now - SEEN_EVERY:
        row.last_seen_at = now
        session().flush()
    return OpenSession(row.id, user, row.expires_at, row.last_seen_at)


def end(token: str) -> None:
    """End the session of that token, if there is one."""
    session().execute(
        update(UserSession)
        .where(UserSession.token_hash == _hash(token), UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), updated_at=func.now())
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
