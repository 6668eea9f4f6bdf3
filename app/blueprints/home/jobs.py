"""What is being worked on in a company: the page, and the small link in the header that leads to it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import g, render_template
from flask_login import current_user

from app.blueprints.doors import requires
from app.blueprints.home import blueprint
from app.domain.ingest import under_way
from app.domain.scheduling import running
from app.unit_of_work import transaction

T = TypeVar("T")


@blueprint.get("/jobs")
@requires("home", "read")
def jobs_index() -> str:
    return render_template("home/jobs.html", **_jobs())


@blueprint.get("/jobs/progress")
@requires("home", "read", poll=True)
def jobs_progress() -> str:
    return render_template("home/_jobs.html", **_jobs())


@blueprint.get("/jobs/count")
@requires("home", "read", poll=True)
def jobs_count() -> str:
    imports = _seen_by("ingest", "read", under_way.count_imports_under_way) or 0
    sendings = _seen_by("broadcasts", "read", running.count_running_sendings) or 0
    return render_template("home/_running.html", count=imports + sendings)


def _jobs() -> dict[str, Any]:
    return {
        "imports": _seen_by("ingest", "read", under_way.imports_under_way) or [],
        "sendings": _seen_by("broadcasts", "read", running.running_sendings) or [],
    }


def _seen_by(module: str, function: str, read: Callable[[], T]) -> T | None:
    """Read as the policy allows that the rows belong to, which may hold for other customers than home's."""
    if not g.access.may(module, function):
        return None
    with transaction(g.company.id, g.access.customers(module, function), current_user.id):
        return read()
