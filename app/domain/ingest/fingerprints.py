"""How a file is recognised next time: by its headers, in order, or nearly the same set of them."""

import hashlib
from collections.abc import Sequence

from app.domain.ingest.synonyms import normalised

LOOKS_LIKE = 0.9  # Jaccard similarity of two header sets, from SCREENS A3


def fingerprint(columns: Sequence[str]) -> str:
    """Return the SHA-256, as hex, of the normalised headers in their order."""
    text = "\n".join(_plain(column) for column in columns)
    return hashlib.sha256(text.encode()).hexdigest()


def header_set(columns: Sequence[str]) -> frozenset[str]:
    """Return the normalised headers without their order, to recognise a reordered file."""
    return frozenset(_plain(column) for column in columns)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard similarity of two header sets, 0 to 1; from `LOOKS_LIKE` on they look alike."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _plain(column: str) -> str:
    return normalised(column) or column.strip().casefold()
