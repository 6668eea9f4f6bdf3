"""Which components there are, and in which group the style guide shows them."""

from dataclasses import dataclass
from itertools import chain
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One section of the style guide: templates/styleguide/_<name>.html shows components/<name>.html."""

    name: str
    title: str

    @property
    def template(self) -> str:
        return f"styleguide/_{self.name}.html"


GROUPS: Final[dict[str, tuple[Entry, ...]]] = {
    "Foundations": (Entry("tokens", "Type, colour, space"),),
    "Actions": (Entry("button", "Button"),),
    "Forms": (),
    "Data": (),
    "Feedback": (),
    "Navigation": (),
}
ENTRIES: Final = tuple(chain.from_iterable(GROUPS.values()))
