"""Programs that call: whose key one shows, why it is refused, and when it was last used."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update

from app import clock
from app.domain.audit import events
from app.domain.identity.api_keys import hash_of
from app.domain.identity.networks import lies_within
from app.domain.identity.throttling import Subject, count_failure, seconds_to_wait
from app.errors import Problem
from app.models import CompanyApiKey
from app.unit_of_work import company_id, session

TOUCHED_EVERY: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
MOST_WRONG: Final = 60
WRITTEN: Final = re.compile(r"Bearer carillon_([0-9a-f]{24})_([0-9a-f]{64})")
NO_HASH: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that calls; `customer_ids` is None where it reaches the whole company."""

    company_id: int
    alias: str
    company_name: str
    app_id: int
    app_name: str
    key_id: int
    key_name: str
    scopes: frozenset[str]
    customer_ids: tuple[int, ...] | None
    expires_at: datetime
    touch_due: bool


class KeyRefused(Problem):
    """The key opens nothing; where it is one of ours, `company_id`, `app_id` and `app_name` say whose."""

    status = 401

    def __init__(self, message: str, *, reason: str = "", row: Any = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.company_id: int | None = row.company_id if row else None
        self.app_id: int | None = row.app_id if row else None
        self.app_name: str = row.app_name if row else ""
        self.key_id: int | None = row.key_id if row else None


def who_calls(header: str, network: str) -> Caller:
    """Return who calls with this Authorization header from this network; raise KeyRefused.

    The transaction belongs to no company yet. Company, app, key and customers are read afresh each time. A
    caller is told why only where the secret was right.
    """
    if not header:
        raise KeyRefused("Send your API key in the header “Authorization: Bearer”.")
    written = WRITTEN.fullmatch(header)
    if written is None:
        raise KeyRefused("This is no API key of ours. Send it whole, as “Authorization: Bearer carillon_…”.")
    found = session().execute(select("*").select_from(func.api_key_lookup(written[1]))).one()
    if not hmac.compare_digest(hash_of(written[2]), found.key_hash or NO_HASH) or found.key_id is None:
        known = found if found.key_id is not None else None
        raise KeyRefused("This API key opens nothing.", reason="its secret was wrong", row=known)
    _require_live(found, network)
    stale = found.last_used_at is None or found.last_used_at <= clock.now() - TOUCHED_EVERY
    return Caller(
        found.company_id, found.alias, found.company_name, found.app_id, found.app_name, found.key_id,
        found.key_name, frozenset(found.scopes),
        None if found.customer_ids is None else tuple(found.customer_ids), found.expires_at,
        touch_due=stale or found.last_network != network,
    )  # fmt: skip


def touch(caller: Caller, network: str) -> None:
    """Keep when and from where a key was used: at most once a minute, unless it came from elsewhere."""
    now = clock.now()
    used = CompanyApiKey.last_used_at
    due = used.is_(None) | (used <= now - TOUCHED_EVERY) | (CompanyApiKey.last_network != network)
    session().execute(
        update(CompanyApiKey)
        .where(CompanyApiKey.company_id == company_id(), CompanyApiKey.id == caller.key_id, due)
        .values(last_used_at=now, last_network=network)
        .execution_options(synchronize_session=False)
    )


def wait_after_wrong(network: str) -> int:
    """Count a wrong key against the network it came from; return how many seconds it must wait, or 0.

    A right key is never kept waiting for the wrong ones of a neighbor: 256 bits are not guessed.
    """
    counted = (Subject(f"api:network:{network}", MOST_WRONG, HOUR),)
    wait = seconds_to_wait(counted)
    if not wait:
        count_failure(counted)
    return wait


def record_refusal(refused: KeyRefused, network: str) -> None:
    """Say on the trail of the key's company that it was refused."""
    events.record(
        "api_key.refused", "company_api_keys", refused.key_id, app=refused.app_name, network=network,
        reason=refused.reason,
    )  # fmt: skip


def _require_live(found: Any, network: str) -> None:
    if found.revoked:
        raise KeyRefused("This API key was revoked.", reason="it was revoked", row=found)
    if found.expires_at <= clock.now():
        day = f"{found.expires_at:%Y-%m-%d}"
        raise KeyRefused(f"This API key expired on {day}.", reason=f"it expired on {day}", row=found)
    if not found.active:
        sentence = "The app of this key is turned off, or whom it works for is."
        raise KeyRefused(sentence, reason="the app, or whom it works for, is turned off", row=found)
    if not lies_within(network, found.networks):
        sentence = f"This API key does not work from {network}."
        raise KeyRefused(sentence, reason="the network is not one of its own", row=found)
