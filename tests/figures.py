"""What proofs measured, printed at the end of the run: “T-POOL: 20,000 transactions, 0 foreign rows”."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

TITLE = "Isolation and sign-in figures"
PROPERTY = "figure"

Figure = Callable[[str, object], None]


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Call figure(name, value) to have “name: value” printed; numbers told under one name are added up.

    Call it after what was to be proved was asserted: a figure of a test that failed is not printed.
    """

    def tell(name: str, value: object) -> None:
        told = value if isinstance(value, int) else str(value)
        request.node.user_properties.append((PROPERTY, [name, told]))

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the section before the short summary; worker processes hand their figures over in the reports."""
    lines = lines_of(
        told
        for report in terminalreporter.stats.get("passed", ())
        for kind, told in report.user_properties
        if kind == PROPERTY
    )
    if lines:
        terminalreporter.section(TITLE)
        for line in lines:
            terminalreporter.write_line(line)


def lines_of(figures: Iterable[Any]) -> list[str]:
    """The lines to print, by name: numbers added up with commas in them, different texts side by side."""
    by_name: dict[str, list[int | str]] = {}
    for name, told in figures:
        by_name.setdefault(name, []).append(told)
    return [f"{name}: {_together(told)}" for name, told in sorted(by_name.items())]


def _together(told: list[int | str]) -> str:
    numbers = [one for one in told if isinstance(one, int)]
    texts = sorted({one for one in told if isinstance(one, str)})
    return "; ".join([*([f"{sum(numbers):,}"] if numbers else []), *texts])
