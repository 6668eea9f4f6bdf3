"""The token that travels with one attempt and comes back with every callback: company, message, attempt.

It names the message also when the callback is early, late, or speaks of an earlier attempt.
"""

import re
from dataclasses import dataclass
from uuid import UUID

_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,18})\.([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class AttemptToken:
    """Whose attempt it was; `company` is the public id."""

    company: UUID
    message_id: int
    attempt_id: UUID

    def __str__(self) -> str:
        return f"{self.company.hex}.{self.message_id}.{self.attempt_id.hex}"

    @classmethod
    def read(cls, written: str | None) -> "AttemptToken | None":
        """Read a token; None where it is not one of ours."""
        found = _TOKEN.fullmatch(written or "")
        if found is None:
            return None
        return cls(UUID(found[1]), int(found[2]), UUID(found[3]))
