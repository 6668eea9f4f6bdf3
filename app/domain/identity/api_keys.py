"""API keys: making one for an app, seeing how it is used, and ending it.

A key reads `carillon_<api_id>_<secret>`: the secret has 256 bits, is shown once and kept as SHA-256 alone.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from app import clock
from app.domain.audit import events
from app.domain.identity.networks import checked_networks
from app.domain.identity.notices import tell
from app.domain.tenancy.apps import app_here
from app.errors import Conflict, NotFound, Rejected
from app.models import CompanyApiKey
from app.unit_of_work import company_id, customers, session

PREFIX: Final = "carillon_"
MOST_LIVE: Final = 2
MOST_DAYS: Final = 365
LONGEST_NAME: Final = 80
# What a key may do, as the form says it. What a message says is about a person, so it is asked for apart.
SCOPES: Final[Mapping[str, str]] = {
    "customers/read": "See the names of customers",
    "messages/read": "See what became of a message, and when",
    "messages/body": "Read what a message says",
}
# In the order of KeyLine; never the hash.
COLUMNS: Final[Sequence[Any]] = (
    CompanyApiKey.id, CompanyApiKey.company_app_id, CompanyApiKey.api_id, CompanyApiKey.name,
    CompanyApiKey.scopes, CompanyApiKey.networks, CompanyApiKey.created_by, CompanyApiKey.created_at,
    CompanyApiKey.expires_at, CompanyApiKey.last_used_at, CompanyApiKey.last_network,
    CompanyApiKey.revoked_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key as its app's page shows it; `state` is live, revoked or expired."""

    id: int
    app_id: int
    api_id: str
    name: str
    scopes: Sequence[str]
    networks: Sequence[str]
    created_by: int | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_network: str
    revoked_at: datetime | None

    @property
    def state(self) -> str:
        """Whether it still works, as far as the key itself goes."""
        if self.revoked_at is not None:
            return "revoked"
        return "live" if self.expires_at > clock.now() else "expired"


def keys_of(app_id: int) -> list[KeyLine]:
    """Return the keys of an app, newest first."""
    return _keys(CompanyApiKey.company_app_id == app_id)


def keys_by_app() -> dict[int, list[KeyLine]]:
    """Return the live keys of the open company by their app, newest first."""
    found: dict[int, list[KeyLine]] = {}
    for key in _keys(CompanyApiKey.revoked_at.is_(None), CompanyApiKey.expires_at > clock.now()):
        found.setdefault(key.app_id, []).append(key)
    return found


def make_key(
    app_id: int, values: Mapping[str, Any], *, made_by: int, company_name: str, newest: int
) -> tuple[KeyLine, str]:
    """Make a key from name, scopes, days and networks; return it, and its text, which nobody sees again.

    `newest` is the newest key the form knew, 0 for none: a form that is sent twice makes one key. Raises
    Rejected for what cannot be used, and Conflict where the app is off or has two live keys.
    """
    _require_whole_company()
    app, keys = app_here(app_id, lock=True), keys_of(app_id)
    if keys and keys[0].id != newest:
        raise Conflict("A key was made meanwhile, perhaps by this very form. Its text is not shown again.")
    if not app.active:
        raise Conflict(f"“{app.name}” is turned off. Turn it on before it gets a key.")
    live = [one for one in keys if one.state == "live"]
    if len(live) >= MOST_LIVE:
        names = " and ".join(f"“{one.name}”" for one in live)
        raise Conflict(f"{names} are live, and two are the most. Revoke one before you make a third.")
    api_id, secret, now = secrets.token_hex(12), secrets.token_hex(32), clock.now()
    checked = _checked(values)
    days = checked.pop("days")
    made = CompanyApiKey(
        company_id=company_id(), company_app_id=app_id, api_id=api_id, key_hash=hash_of(secret),
        created_by=made_by, created_at=now, expires_at=now + timedelta(days=days), **checked,
    )  # fmt: skip
    session().add(made)
    session().flush()
    events.record(
        "api_key.made", "company_api_keys", made.id, name=made.name, app=app.name,
        scopes=", ".join(made.scopes), until=made.expires_at.date().isoformat(),
    )  # fmt: skip
    tell(made_by, "api_key_made", name=f"{made.name} ({app.name})", company=company_name)
    return keys_of(app_id)[0], f"{PREFIX}{api_id}_{secret}"


def revoke_key(key_id: int) -> tuple[int, bool]:
    """End a key with the next request; return its app, and whether it was not revoked before."""
    _require_whole_company()
    key = session().get(CompanyApiKey, (company_id(), key_id), populate_existing=True, with_for_update=True)
    if key is None:
        raise NotFound("There is no such key.")
    if key.revoked_at is not None:
        return key.company_app_id, False
    key.revoked_at = clock.now()
    session().flush()
    app = app_here(key.company_app_id)
    events.record("api_key.revoked", "company_api_keys", key.id, name=key.name, app=app.name)
    return app.id, True


def hash_of(secret: str) -> str:
    """Return what is kept of a secret; 256 random bits need no salt and no slowness."""
    return sha256(secret.encode()).hexdigest()


def _keys(*such: ColumnElement[bool]) -> list[KeyLine]:
    query = select(*COLUMNS).where(CompanyApiKey.company_id == company_id(), *such)
    return [KeyLine(*row) for row in session().execute(query.order_by(CompanyApiKey.id.desc()))]


def _require_whole_company() -> None:
    if customers() is not None:
        raise NotFound("Keys are looked after for the whole company.")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    name = " ".join(str(values.get("name") or "").split())
    if not name:
        raise Rejected("Give the key a name, such as where it will be kept.", field="name")
    if len(name) > LONGEST_NAME:
        raise Rejected(f"This is too long: {LONGEST_NAME} characters are the most.", field="name")
    scopes = [one for one in SCOPES if one in (values.get("scopes") or ())]
    if not scopes:
        raise Rejected("Choose what the key may do.", field="scopes")
    if "messages/body" in scopes and "messages/read" not in scopes:
        raise Rejected("What a message says comes with its status: choose that as well.", field="scopes")
    days = int(values.get("days") or 0)
    if not 1 <= days <= MOST_DAYS:
        raise Rejected("A key holds for a day at least and a year at most.", field="days")
    networks = checked_networks(str(values.get("networks") or ""), field="networks")
    return {"name": name, "scopes": scopes, "days": days, "networks": networks}
