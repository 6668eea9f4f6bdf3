"""Whom a broadcast is for: the records of one packet, of one customer, or of the whole company."""

from dataclasses import dataclass
from typing import Any

from app.errors import Rejected


@dataclass(frozen=True, slots=True)
class Audience:
    """Either a packet, or a customer, or neither: everyone the company has a record of."""

    packet_id: int | None = None
    customer_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what is stored with the broadcast."""
        if self.packet_id is not None:
            return {"packet_id": self.packet_id, "customer_id": self.customer_id}
        return {"customer_id": self.customer_id} if self.customer_id is not None else {"everyone": True}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Audience":
        """Read what `as_json` wrote; raise Rejected where it names nobody."""
        if not stored.get("everyone") and not stored.get("packet_id") and not stored.get("customer_id"):
            raise Rejected("The audience names neither a packet, a customer nor everyone.", field="audience")
        return cls(stored.get("packet_id"), stored.get("customer_id"))

    def condition(self, record: str) -> str:
        """Return the SQL condition that a record belongs to the audience."""
        conditions = [f"{record}.company_id = :company"]
        if self.packet_id is not None:
            conditions.append(f"{record}.packet_id = :packet")
        if self.customer_id is not None:
            conditions.append(f"{record}.customer_id = :customer")
        return " AND ".join(conditions)

    def parameters(self) -> dict[str, int]:
        """Return what the condition's names stand for, but for the company."""
        named = {"packet": self.packet_id, "customer": self.customer_id}
        return {name: value for name, value in named.items() if value is not None}
