"""Figures reach the end of the run, added up, from worker processes too."""

import re
from pathlib import Path

import pytest

from tests.figures import TITLE, lines_of

pytest_plugins = ["pytester"]


def test_numbers_of_one_name_are_added_up_and_texts_stand_side_by_side() -> None:
    told = [["b", "asked", 3000], ["a", "", "one"], ["b", "leaks", 0], ["b", "asked", 912], ["a", "", "two"]]
    assert lines_of([*told, ["a", "", "one"]]) == ["a: one; two", "b: 3,912 asked, 0 leaks"]


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_prints_its_figures_before_the_short_summary(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, processes: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    pytester.makeconftest("from tests.figures import figure, pytest_terminal_summary")
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", [1000, 234])
        def test_requests(figure, number):
            figure("T-IDOR", number, "requests")

        def test_failing(figure):
            figure("T-IDOR", 0, "leaks")
            assert False
    """)
    run = pytester.runpytest_subprocess("-n", processes, "-ra", "-p", "no:cacheprovider")
    assert re.search(rf"{TITLE}.*\nT-IDOR: 1,234 requests\n.*short test summary", run.stdout.str())
    assert "0 leaks" not in run.stdout.str()
