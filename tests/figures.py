"""What proofs measured, printed at the end of the run: “T-POOL: 20,000 transactions, 0 foreign rows”."""

from collections.abc import Iterable
from typing import Any, Protocol

import pytest

TITLE = "Isolation and sign-in figures"
PROPERTY = "figure"


class Figure(Protocol):
    """How a proof tells a figure."""

    def __call__(self, name: str, value: object, of: str = "") -> None: ...


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Call figure(name, value) to have “name: value” printed; numbers told under one name are added up.

    `of` says what was counted: figure("T-POOL", 20_000, "transactions") and figure("T-POOL", 0, "leaks")
    print “T-POOL: 20,000 transactions, 0 leaks”. A figure of a test that failed is not printed.
    """

    def tell(name: str, value: object, of: str = "") -> None:
        told = value if isinstance(value, int) else str(value)
        request.node.user_properties.append((PROPERTY, [name, of, told]))

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
    by_name: dict[str, dict[str, list[int | str]]] = {}
    for name, of, told in figures:
        by_name.setdefault(name, {}).setdefault(of, []).append(told)
    return [
        f"{name}: " + ", ".join(f"{_together(told)} {of}".strip() for of, told in counted.items())
        for name, counted in sorted(by_name.items())
    ]


def _together(told: list[int | str]) -> str:
    numbers = [one for one in told if isinstance(one, int)]
    texts = sorted({one for one in told if isinstance(one, str)})
    return "; ".join([*([f"{sum(numbers):,}"] if numbers else []), *texts])
