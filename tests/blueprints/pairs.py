"""Times two ways of asking in pairs, so that what the machine does meanwhile falls on both alike."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Of a thousand runs of two ways that take the same time, one has zero outside of such an interval.
_WIDTH = 3.29


@dataclass(frozen=True, slots=True)
class Difference:
    """By how many milliseconds the first way took longer, on average, with the interval that is certain."""

    pairs: int
    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, each: Sequence[float]) -> "Difference":
        mean, error = statistics.mean(each), statistics.stdev(each) / math.sqrt(len(each))
        return cls(len(each), mean, mean - _WIDTH * error, mean + _WIDTH * error)

    def is_surely_beyond(self, milliseconds: float) -> bool:
        """Say whether the whole interval lies farther from zero than that: then no machine is to blame."""
        return self.low > milliseconds or self.high < -milliseconds

    def __str__(self) -> str:
        return f"{self.mean:+.2f} ms ({self.low:+.2f} to {self.high:+.2f}) in {self.pairs} pairs"


def compared(
    one: Callable[[int], object],
    other: Callable[[int], object],
    *,
    pairs: int,
    before: Callable[[], object] = lambda: None,
) -> Difference:
    """Call both, in turn the one and the other first; each is told the number of its pair.

    `before` each call something may be put in order, which is not timed.
    """

    def seconds(ask: Callable[[int], object], number: int) -> float:
        before()
        began = time.perf_counter()
        ask(number)
        return time.perf_counter() - began

    each = []
    for number in range(pairs):
        if number % 2:
            second, first = seconds(other, number), seconds(one, number)
        else:
            first, second = seconds(one, number), seconds(other, number)
        each.append((first - second) * 1000)
    return Difference.of(each)
