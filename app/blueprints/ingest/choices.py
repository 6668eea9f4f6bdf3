"""What a column of the file can be made to mean, each choice with its reason, as the combobox shows it."""

from collections.abc import Sequence

from app.domain.ingest.fields import BY_KEY
from app.domain.ingest.load_map import extra_names
from app.domain.ingest.matching import IGNORE, KEEP, Match

Groups = list[tuple[str, list[tuple[str, str]]]]
Choices = list[tuple[str, list[tuple[str, str, str]]]]


def choices(lines: Sequence[Match], groups: Groups) -> dict[int, Choices]:
    """Return for each column [(heading, [(key, label, why)])]; why is "" where there is nothing to say."""
    names = extra_names([line.suggestion.header for line in lines])
    taken = {line.chosen.field: line for line in lines if line.chosen.field}
    return {line.column: _of_one(line, groups, taken, names[line.column]) for line in lines}


def meaning(line: Match) -> str:
    """Return in words what a column means now, for those who only read."""
    if line.chosen.field:
        return BY_KEY[line.chosen.field].label
    return "Kept under its own name" if line.chosen.extra else "Not imported"


def _of_one(line: Match, groups: Groups, taken: dict[str, Match], own_name: str) -> Choices:
    found = [
        (heading, [(key, label, _why(line, key, taken.get(key))) for key, label in options])
        for heading, options in groups
    ]
    own = (KEEP, "Keep under its own name", f"As {{data.{own_name}}}")
    return [*found, ("Or", [own, (IGNORE, "Do not import", "")])]


def _why(line: Match, key: str, holder: Match | None) -> str:
    """Say what speaks for a field, or that choosing it takes it from another column."""
    if holder is not None and holder.column != line.column:
        return f"Now “{holder.suggestion.header}”"
    return line.suggestion.why if key == line.suggestion.field else ""
