"""The door commits, the house does not: where transactions may be opened, and that nobody else commits."""

import ast

import pytest

from tests.architecture.source import Module, calls, modules

OPENS = ("transaction", "across_companies", "company_transaction", "platform_transaction")
ENDS = (".commit", ".rollback")
DOORS = (
    "app/blueprints/",
    "app/jobs/",
    "app/cli/",
    "app/local/cast.py",
    "app/local/families.py",
    "worker.py",
)
# The one place that opens them for all, and those that connect beside it.
BESIDE = ("app/unit_of_work.py", "migrations/")


def test_transactions_are_opened_at_the_doors_only() -> None:
    assert [
        where for module in modules() if not module.within(*DOORS, *BESIDE) for where in opened(module)
    ] == []


def test_nobody_commits_or_rolls_back_by_hand() -> None:
    assert [
        where for module in modules() if not module.within("migrations/") for where in ended(module)
    ] == []


@pytest.mark.parametrize(
    "source",
    [
        "with transaction(1):\n    pass",
        "with unit_of_work.transaction(1):\n    pass",
        "with across_companies(reason='x') as s:\n    pass",
        "unit_of_work.across_companies(reason='x')",
    ],
)
def test_an_opened_transaction_is_seen(source: str) -> None:
    assert list(opened(Module("app/domain/x.py", ast.parse(source))))


@pytest.mark.parametrize("source", ["session().commit()", "opened.rollback()", "s.connection().commit()"])
def test_a_commit_by_hand_is_seen(source: str) -> None:
    assert list(ended(Module("app/domain/x.py", ast.parse(source))))


def opened(module: Module) -> list[str]:
    return [
        f"{module.said(call)} opens {name}"
        for name, call in calls(module.tree)
        if name.rpartition(".")[2] in OPENS
    ]


def ended(module: Module) -> list[str]:
    return [
        f"{module.said(call)} calls {name}"
        for name, call in calls(module.tree)
        if any(name.endswith(end) for end in ENDS)
    ]
