"""Edits of what several people look after: a lost race is told with both versions, and nothing is lost."""

from collections.abc import Mapping
from typing import Any

from app.errors import Conflict
from app.models.columns import Times

OVERTAKEN = "Somebody else saved a change while you had this open. Both versions are below: nothing is lost."


class Overtaken(Conflict):
    """Somebody else saved first; `current` are the values as they stand now, with their `revision`.

    They are values and not the row: the transaction is over when they are read.
    """

    def __init__(self, current: Mapping[str, Any], revision: str) -> None:
        super().__init__(OVERTAKEN)
        self.current = current
        self.revision = revision


def revision_of(row: Times) -> str:
    """Return what a form carries to say which version it was opened with."""
    return row.updated_at.isoformat()


def require_revision(row: Times, opened_with: str, current: Mapping[str, Any]) -> None:
    """Raise Overtaken where the locked row is no longer the one that the form was opened with."""
    if revision_of(row) != opened_with:
        raise Overtaken(current, revision_of(row))


def write_values(row: Any, values: Mapping[str, Any]) -> list[str]:
    """Write these columns of a locked row; return the names of those that changed."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return sorted(changed)
