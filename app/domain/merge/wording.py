"""The tag language as the rest of the house sees it: read a wording, check it, list what it needs."""

from collections.abc import Collection, Iterator

from app.domain.merge.fields import STANDARD_FIELDS, all_names, nearest_field
from app.domain.merge.nodes import Broken, Field, MergeError, Wording, line_starts, position
from app.domain.merge.parser import read_wording

__all__ = ["STANDARD_FIELDS", "MergeError", "Wording", "check", "fields_used", "parse"]


def parse(text: str) -> Wording:
    """Read any text; never raises. `errors` holds what is wrong whatever the fields of the data are."""
    return read_wording(text)


def check(wording: Wording, *, data_fields: Collection[str] | None) -> list[MergeError]:
    """List what keeps a wording from being published, in the order of its text.

    `data_fields` are the names that may follow `data.`; None accepts any.
    """
    errors = list(wording.errors)
    if data_fields is not None:
        # Named anew, since a suggestion can now be one of the company's own fields.
        errors = [error for error in errors if error.code != "unknown_field"]
        errors += _unknown_fields(wording, all_names(data_fields))
    return sorted(errors, key=lambda error: (error.line, error.column))


def fields_used(wording: Wording) -> list[str]:
    """List the fields a wording shows, each once, in the order in which they first appear."""
    return list(dict.fromkeys(node.name for node in wording.nodes if isinstance(node, Field)))


def _unknown_fields(wording: Wording, names: list[str]) -> Iterator[MergeError]:
    known, starts = {"", *names}, line_starts(wording.text)
    for node in wording.nodes:
        if isinstance(node, Field | Broken) and node.name not in known:
            message = f"“{node.name}” is not a field."
            line, column = position(starts, node.offset)
            yield MergeError("unknown_field", line, column, message, nearest_field(node.name, names))
