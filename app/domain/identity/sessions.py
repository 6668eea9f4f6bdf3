"""Server-side sessions: a random token in the cookie, its hash in the database.

After the password comes a record of its own kind that lives five minutes and opens nothing but the code
page; a new token is made when the second factor was right, so neither can stand in for the other.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from app import clock
from app.domain.identity.session_lives import SessionLife, life_of
from app.models import User, UserSession
from app.unit_of_work import act_as, session

FIRST_FACTOR = "first_factor"
SIGNED_IN = "signed_in"
FIRST_FACTOR_LIFE = SessionLife(5, timedelta(minutes=5))
PROOF_LIFE = timedelta(minutes=15)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that holds now, with the person it belongs to.

    `proved_at` is when they last proved who they are; `proved_by` is the second factor of the signing in:
    app, passkey, recovery or text.
    """

    id: int
    user: User
    expires_at: datetime
    last_seen_at: datetime
    idle_minutes: int
    proved_at: datetime
    proved_by: str

    @property
    def seconds_left(self) -> int:
        """Whole seconds until it ends if nothing more is done."""
        idle_left = self.last_seen_at + timedelta(minutes=self.idle_minutes) - clock.now()
        return min(self.lifetime_left, int(idle_left.total_seconds()))

    @property
    def lifetime_left(self) -> int:
        """Whole seconds until it ends, whatever is done."""
        return int((self.expires_at - clock.now()).total_seconds())


def start(user_id: int, kind: str, *, network: str, user_agent: str, proved_by: str = "") -> str:
    """Start a session and return its token, which is stored nowhere else."""
    token = secrets.token_urlsafe(32)
    life = FIRST_FACTOR_LIFE if kind == FIRST_FACTOR else life_of(user_id)
    now = clock.now()
    session().add(
        UserSession(
            token_hash=_hash(token),
            kind=kind,
            user_id=user_id,
            network=network,
            user_agent=user_agent[:300],
            expires_at=now + life.longest,
            last_seen_at=now,
            proved_at=now,
            proved_by=proved_by,
            idle_minutes=life.idle_minutes,
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
        )
    )
    if row is None or row.last_seen_at <= now - timedelta(minutes=row.idle_minutes):
        return None
    act_as(row.user_id)
    user = session().get(User, row.user_id)
    if user is None or not user.active or user.locked:
        return None
    if seen and row.last_seen_at < now - SEEN_EVERY:
        row.last_seen_at = now
        session().flush()
    return OpenSession(
        row.id, user, row.expires_at, row.last_seen_at, row.idle_minutes, row.proved_at, row.proved_by
    )


def is_fresh(proved_at: datetime) -> bool:
    """Say whether the person proved who they are so lately that a sensitive act may follow."""
    return proved_at > clock.now() - PROOF_LIFE


def renew(session_id: int, *, by_passkey: bool = False) -> str:
    """Note that the person has proved who they are, and return the session's new token."""
    token = secrets.token_urlsafe(32)
    proof: dict[str, object] = {"proved_at": clock.now()} | ({"proved_by": "passkey"} if by_passkey else {})
    session().execute(
        update(UserSession)
        .where(UserSession.id == session_id)
        .values(token_hash=_hash(token), updated_at=func.now(), **proof)
    )
    return token


def open_sessions_of(user_id: int) -> list[UserSession]:
    """Return the sessions of this person that hold now, the one seen last first."""
    now = clock.now()
    rows = session().scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.kind == SIGNED_IN,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )
    return [row for row in rows if row.last_seen_at > now - timedelta(minutes=row.idle_minutes)]


def end(token: str) -> None:
    """End the session of that token, if there is one."""
    session().execute(
        update(UserSession)
        .where(UserSession.token_hash == _hash(token), UserSession.ended_at.is_(None))
        .values(ended_at=clock.now(), updated_at=func.now())
    )


def end_one(user_id: int, session_id: int) -> bool:
    """End one of this person's sessions; say whether there was one to end."""
    return _end(user_id, UserSession.id == session_id) == 1


def end_all_of(user_id: int, *, keep: int | None = None) -> int:
    """End all sessions of this person, half signed-in ones too, but for `keep`; return how many ended.

    For who is turned off, whose roles change, and whose password or factors change.
    """
    return _end(user_id, UserSession.id != (keep or 0))


def _end(user_id: int, which: ColumnElement[bool]) -> int:
    ended = session().execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), which)
        .values(ended_at=clock.now(), updated_at=func.now())
        .returning(UserSession.id)
    )
    return len(ended.all())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
