"""The source as the rules over the whole tree read it: modules, their syntax trees, and what they call."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TEMPLATES = CHECKOUT / "app" / "templates"


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file, and its place in the checkout, such as `app/domain/access/grants.py`."""

    place: str
    tree: ast.Module

    def within(self, *rooms: str) -> bool:
        return any(self.place == room or self.place.startswith(room) for room in rooms)

    def said(self, node: ast.AST) -> str:
        """Where to look, in words that editors follow."""
        return f"{self.place}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """All modules of the portal, its processes and its migrations."""
    found = [*(CHECKOUT / "app").rglob("*.py"), CHECKOUT / "wsgi.py", CHECKOUT / "worker.py"]
    found += (CHECKOUT / "migrations").rglob("*.py")
    return tuple(
        Module(str(path.relative_to(CHECKOUT)), ast.parse(path.read_text())) for path in sorted(found)
    )


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the name it is written with: `transaction`, or `session().commit` as `.commit`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id, node
            elif isinstance(node.func, ast.Attribute):
                owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
                yield f"{owner}.{node.func.attr}", node


@cache
def templates() -> dict[str, str]:
    """The text of each template by the name Jinja knows it by."""
    return {str(path.relative_to(TEMPLATES)): path.read_text() for path in sorted(TEMPLATES.rglob("*.html"))}
