"""What import-linter cannot see: imports inside functions, and who may speak to whom by name."""

import ast

from tests.architecture.source import Module, calls, modules

# What each layer never uses directly (DESIGN: direction).
FORBIDDEN = {
    "app/domain/": ("flask", "flask_login", "flask_wtf", "werkzeug", "rq", "redis", "twilio", "sendgrid"),
    "app/models/": ("flask", "flask_login", "rq", "redis", "twilio", "sendgrid"),
    "app/providers/": ("flask", "sqlalchemy", "app.models", "app.domain", "app.unit_of_work", "app.queue"),
}


def test_nothing_is_imported_inside_a_function() -> None:
    assert [where for module in modules() for where in hidden_imports(module)] == []


def test_an_import_inside_a_function_is_seen() -> None:
    hidden = Module("x.py", ast.parse("def f():\n    if True:\n        from os import path"))
    assert hidden_imports(hidden) == ["x.py:3"]


def test_no_layer_reaches_for_what_it_must_not_know() -> None:
    found = [
        f"{module.said(node)} imports {name}"
        for module in modules()
        for room, names in FORBIDDEN.items()
        if module.within(room)
        for node in ast.walk(module.tree)
        for name in imported(node)
        if any(name == one or name.startswith(f"{one}.") for one in names)
    ]
    assert found == []


def test_the_simulator_imports_nothing_of_the_app() -> None:
    """It stands for Twilio and SendGrid: what it shared with us could be wrong in both and look right."""
    found = [
        f"{module.said(node)} imports {name}"
        for module in modules()
        if module.within("app/simulator/")
        for node in ast.walk(module.tree)
        for name in imported(node)
        if name.startswith("app.") and not name.startswith("app.simulator")
    ]
    assert found == []


def test_one_clock_for_all() -> None:
    """A test that freezes the clock must freeze all of it."""
    odd = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    found = [
        f"{module.said(call)} asks {name}"
        for module in modules()
        if not module.within("app/clock.py", "app/simulator/", "app/local/", "migrations/")
        for name, call in calls(module.tree)
        if name in odd
    ]
    assert found == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    nothing = {
        "utils",
        "util",
        "helpers",
        "helper",
        "service",
        "services",
        "manager",
        "managers",
        "common",
        "misc",
    }
    assert [module.place for module in modules() if set(module.place[:-3].split("/")) & nothing] == []


def test_every_room_says_what_it_is_for() -> None:
    silent = [
        module.place for module in modules() if ast.get_docstring(module.tree) is None and module.tree.body
    ]
    assert silent == []


def hidden_imports(module: Module) -> list[str]:
    return [
        module.said(node)
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return []
