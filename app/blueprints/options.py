"""What the select and radio fields of forms offer."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def options(pairs: Iterable[tuple[Any, str]], heading: str | None = None) -> list[SelectChoice]:
    """Return what a field of WTForms offers for (value, words), under a heading if one is given."""
    return [SelectChoice(value, words, optgroup=heading) for value, words in pairs]
