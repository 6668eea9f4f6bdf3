"""The signed-in person, as pages and doors see them."""

from dataclasses import dataclass
from datetime import datetime

from flask_login import UserMixin

from app.domain.access.grants import Access
from app.domain.identity.sessions import OpenSession


@dataclass(frozen=True)
class Person(UserMixin):  # type: ignore[misc]
    """Who is signed in; `needs_passkey` says that their role on the platform opens only to one."""

    id: int
    session_id: int
    email_address: str
    first_name: str
    last_name: str
    time_zone: str
    theme: str
    density: str
    shortcuts: bool
    platform: Access
    needs_passkey: bool
    proved_at: datetime
    proved_by: str
    seconds_left: int
    lifetime_left: int

    def get_id(self) -> str:
        return str(self.id)


def person_of(opened: OpenSession, platform: Access, *, needs_passkey: bool) -> Person:
    """Return the person of an open session, with what they may do beside any company."""
    user = opened.user
    return Person(
        user.id,
        opened.id,
        user.email_address,
        user.first_name,
        user.last_name,
        user.time_zone,
        user.theme,
        user.density,
        user.shortcuts,
        platform,
        needs_passkey,
        opened.proved_at,
        opened.proved_by,
        opened.seconds_left,
        opened.lifetime_left,
    )
