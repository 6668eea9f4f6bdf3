"""How far a message has come: the one table of statuses and the steps a provider's word may take it.

A status only moves to a higher rank. What the house itself decided before handing over (suppressed,
cancelled, expired) ranks below any proof that a provider had the message after all: the proof is the truth.
"""

from typing import Final

RANK: Final = {
    "planned": 0,
    "queued": 1,
    "claimed": 2,
    "unknown": 3,
    "suppressed": 3,
    "cancelled": 3,
    "expired": 3,
    "accepted": 4,
    "sent": 5,
    "undelivered": 6,
    "failed": 6,
    "delivered": 7,
}
FINAL: Final = frozenset({"suppressed", "cancelled", "expired", "undelivered", "failed", "delivered"})
WITH_PROVIDER: Final = frozenset(status for status, rank in RANK.items() if rank >= RANK["accepted"])
FINAL_SQL: Final = "({})".format(", ".join(f"'{status}'" for status in sorted(FINAL)))


def rank_sql(column: str) -> str:
    """Return the SQL expression for the rank of the status in `column`."""
    cases = " ".join(f"WHEN '{status}' THEN {rank}" for status, rank in RANK.items())
    return f"(CASE {column} {cases} END)"


def may_follow(before: str, after: str) -> bool:
    """Tell whether a provider's word moves a message from `before` to `after`."""
    return RANK[after] > RANK[before]
