"""Reports what grew larger than a room should be: `python -m tests.architecture.sizes`. It never fails."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 250
LONGEST_FUNCTION = 30
LONGEST_TEMPLATE = 80


def main() -> None:
    """Print one line for each file, function and template above its budget, the largest first."""
    found = sorted([*long_files(), *long_functions()], reverse=True)
    for lines, what in found:
        sys.stdout.write(f"{lines:5} lines  {what}\n")
    sys.stdout.write(f"{len(found)} above the budget of a file, a function or a template.\n")


def long_files() -> Iterator[tuple[int, str]]:
    """Python files and templates with more lines than planned."""
    for budget, patterns in ((LONGEST_FILE, ("*.py",)), (LONGEST_TEMPLATE, ("*.html",))):
        for path in _tracked(*patterns):
            lines = len(path.read_text().splitlines())
            if lines > budget:
                yield lines, str(path.relative_to(CHECKOUT))


def long_functions() -> Iterator[tuple[int, str]]:
    """Functions that are longer than a screenful, their docstrings not counted."""
    for path in _tracked("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
                if lines > LONGEST_FUNCTION:
                    yield lines, f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name}"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return (node.body[0].end_lineno or 0) - node.body[0].lineno + 1


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (CHECKOUT / line for line in listed.stdout.splitlines())
    return [path for path in paths if path.is_file()]


if __name__ == "__main__":
    main()
