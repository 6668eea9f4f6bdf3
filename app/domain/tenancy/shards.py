"""Shards: which part of the machinery serves a region, found from a ZIP code or a state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.domain.audit import events
from app.domain.tenancy.zip_codes import STATES, checked_state, checked_zip, place_of_zip
from app.errors import Conflict, NotFound, Rejected
from app.models import Customer, Shard
from app.unit_of_work import session

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")
COMMON: Final = ""


@dataclass(frozen=True, slots=True)
class FoundShard:
    """The shard that serves somebody, and why in a sentence; the common one has no name."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class ShardRules:
    """The table of shards, read once: names by ZIP code, and by state."""

    by_zip: Mapping[str, str]
    by_state: Mapping[str, str]

    def find(self, *, zip_code: str = "", state: str = "", override: str = "") -> FoundShard:
        """Return the shard: the override, else the ZIP code's, else the state's, else the common one.

        The state is the ZIP code's where that is known, else the given one.
        """
        if override:
            return FoundShard(override, "Set by hand for this one.")
        place = place_of_zip(zip_code)
        digits = place.zip if place else zip_code.strip()[:5]
        if digits in self.by_zip:
            return FoundShard(self.by_zip[digits], f"ZIP code {digits} has a shard of its own.")
        code = place.state if place else state.strip().upper()
        if code in self.by_state:
            whence = f"ZIP code {digits} lies in {_state(code)}" if place else f"It is in {_state(code)}"
            return FoundShard(self.by_state[code], f"{whence}, which has a shard.")
        return FoundShard(COMMON, self._why_common(code, digits, known=place is not None))

    def of_record(self, data: Mapping[str, Any], *, of_customer: FoundShard | None = None) -> FoundShard:
        """Return the shard of one record by its own ZIP code and state, else its customer's."""
        own = self.find(zip_code=str(data.get("zip") or ""), state=str(data.get("state") or ""))
        return own if own.name or of_customer is None else of_customer

    def _why_common(self, code: str, digits: str, *, known: bool) -> str:
        if code in STATES:
            region = f"ZIP code {digits} nor {_state(code)}" if digits else _state(code)
            return f"Neither {region} has a shard." if digits else f"{region} has no shard."
        if digits and not known:
            return f"ZIP code {digits} is not in the list, and no state is given."
        return "Neither a ZIP code nor a state is given."


def shard_rules() -> ShardRules:
    """Read the table of shards."""
    rows = list(session().scalars(select(Shard)))
    return ShardRules(
        {row.zip: row.name for row in rows if row.zip}, {row.state: row.name for row in rows if not row.zip}
    )


def all_shards() -> list[Shard]:
    """Return the rows of the table, states first and then their ZIP codes."""
    return list(session().scalars(select(Shard).order_by(Shard.state, Shard.zip)))


def shard_names() -> list[str]:
    """Return the names in use, in order."""
    return list(session().scalars(select(Shard.name).distinct().order_by(Shard.name)))


def add_shard(*, name: str, state: str = "", zip_code: str = "") -> Shard:
    """Say which shard serves a state, or one ZIP code, whose state is then found.

    Raises Rejected for what is no name, state or ZIP code, Conflict where the region has a shard.
    """
    row = _checked(name, state, zip_code)
    made = session().scalar(insert(Shard).values(**row).on_conflict_do_nothing().returning(Shard.id))
    region = _region(row["state"], row["zip"])
    if made is None:
        raise Conflict(
            f"{region} has a shard already. Remove it first.", field="zip" if row["zip"] else "state"
        )
    events.record("shard.added", "shards", made, name=row["name"], region=region)
    return _shard(made)


def remove_shard(shard_id: int) -> Shard:
    """Take a region's shard away: the next wider rule then holds for it. Raises NotFound."""
    row = _shard(shard_id)
    session().execute(delete(Shard).where(Shard.id == shard_id))
    events.record("shard.removed", "shards", shard_id, name=row.name, region=_region(row.state, row.zip))
    return row


def checked_shard(name: str) -> str:
    """Return the name of a shard that is in the table, empty for none; raise Rejected for others."""
    given = name.strip()
    if given and given not in shard_names():
        raise Rejected("Choose one of the shards in the list.", field="shard")
    return given


def customers_by_override() -> dict[str, int]:
    """Return how many customers have each shard by hand. Looks across companies."""
    query = (
        select(Customer.shard, func.count().label("number"))
        .where(Customer.shard != "")
        .group_by(Customer.shard)
    )
    return {row.shard: row.number for row in session().execute(query)}


def _checked(name: str, state: str, zip_code: str) -> dict[str, str]:
    plain, digits, code = name.strip(), checked_zip(zip_code), checked_state(state)
    if not NAME.fullmatch(plain):
        raise Rejected(
            "A shard's name has small letters, digits and hyphens, such as “midwest-1”.",
            field="name",
        )
    place = place_of_zip(digits) if digits else None
    if digits and place is None:
        raise Rejected(f"There is no ZIP code {digits}.", field="zip")
    if place and code and code != place.state:
        raise Rejected(
            f"ZIP code {digits} lies in {_state(place.state)}, not in {_state(code)}.", field="state"
        )
    if not digits and not code:
        raise Rejected("Name a state, or a ZIP code.", field="state")
    return {"name": plain, "zip": digits, "state": place.state if place else code}


def _shard(shard_id: int) -> Shard:
    found = session().get(Shard, shard_id)
    if found is None:
        raise NotFound("There is no such shard.")
    return found


def _region(state: str, zip_code: str) -> str:
    return f"ZIP code {zip_code}" if zip_code else _state(state)


def _state(code: str) -> str:
    return STATES.get(code, code)
