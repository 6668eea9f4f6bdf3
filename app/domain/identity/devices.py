"""Browsers that have signed in before: known by a signed cookie, which says for which accounts.

A known browser keeps an allowance of tries of its own, so that a stranger's failures lock nobody out; and a
sign-in with one that is not known is told to the person by mail.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select

from app.domain.identity.notices import tell
from app.models import UserSession
from app.unit_of_work import session

KNOWN_FOR: Final = timedelta(days=365)
MOST_ACCOUNTS: Final = 8
BROWSERS: Final = {
    "Edge": r"Edg(?:e|A|iOS)?/", "Opera": r"OPR/|Opera", "Firefox": r"Firefox/|FxiOS/",
    "Chrome": r"Chrome/|CriOS/", "Safari": r"Safari/",
}  # fmt: skip
SYSTEMS: Final = {
    "Android": r"Android", "iPhone": r"iPhone", "iPad": r"iPad", "Windows": r"Windows",
    "macOS": r"Macintosh", "ChromeOS": r"CrOS", "Linux": r"Linux",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Device:
    """One browser, and the marks of the accounts that it has signed in; no address can be read from one."""

    id: str
    marks: tuple[str, ...]
    secret: str

    def allowance(self, email_address: str) -> str:
        """Return the name of this browser's own allowance for an account; empty where it is not known."""
        return self.id if self._mark(email_address) in self.marks else ""

    def knowing(self, email_address: str) -> "Device":
        """Return the same browser, known for this account from now on."""
        mark = self._mark(email_address)
        others = [one for one in self.marks if one != mark]
        return replace(self, marks=(*others[1 - MOST_ACCOUNTS :], mark))

    def signed(self) -> str:
        """Return the cookie."""
        return _signer(self.secret).dumps([self.id, *self.marks])

    def _mark(self, email_address: str) -> str:
        address = email_address.strip().lower().encode()
        return hmac.new(self.secret.encode(), b"device " + address, hashlib.sha256).hexdigest()[:24]


def device_of(cookie: str, *, secret: str) -> Device:
    """Return the browser that this cookie names; a new one where it is none of ours, or too old."""
    try:
        number, *marks = _signer(secret).loads(cookie, max_age=int(KNOWN_FOR.total_seconds()))
    except BadSignature:
        return Device(secrets.token_hex(12), (), secret)
    return Device(number, tuple(marks), secret)


def tell_of_new_device(user_id: int, *, network: str, user_agent: str) -> None:
    """Write to the person that a browser which was not known signs in; not at their first sign-in."""
    earlier = select(UserSession.id).where(UserSession.user_id == user_id, UserSession.kind == "signed_in")
    if session().scalar(earlier.limit(1)) is not None:
        tell(user_id, "new_device", browser=browser_in_words(user_agent), network=network)


def browser_in_words(user_agent: str) -> str:
    """Say which browser on which system, as far as it tells: “Firefox on Windows”."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    return " on ".join(filter(None, (browser or ("A browser" if system else ""), system))) or "an unknown one"


def _first(patterns: dict[str, str], text: str) -> str:
    return next((name for name, pattern in patterns.items() if re.search(pattern, text)), "")


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="known device")
