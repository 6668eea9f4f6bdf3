"""A bounded memory of what was already written, as fast to ask as a dictionary."""

from collections.abc import Callable
from typing import Any

from app.domain.merge.values import as_text


class Remembered(dict[Any, str]):
    """Answers `remembered[value]` with `compute` of the value's text, computed once while it is remembered.

    A missing value is None. A value that is neither text nor None is computed each time: `1`, `1.0` and True
    are one key of a dictionary but not one text. When it is full it forgets everything: names and dates of
    one sending repeat within it, so a cleverer choice of what to forget would cost more than it saves.
    """

    __slots__ = ("_compute", "_size")

    def __init__(self, compute: Callable[[str], str], *, size: int) -> None:
        super().__init__({None: compute("")})
        self._compute = compute
        self._size = size

    def __missing__(self, value: Any) -> str:
        if value.__class__ is not str:
            return self._compute(as_text(value))
        if len(self) >= self._size:
            nothing = self[None]
            self.clear()
            self[None] = nothing
        result = self[value] = self._compute(value)
        return result
