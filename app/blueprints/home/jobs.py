"""What is being worked on in a company: the page, and the small link in the header that leads to it."""

from typing import Any, Final

from flask import render_template

from app.blueprints.doors import requires
from app.blueprints.home import blueprint
from app.blueprints.rooms import Policy, read_as_allowed
from app.domain.ingest import under_way
from app.domain.scheduling import running

IMPORTS: Final[Policy] = ("ingest", "read")
SENDINGS: Final[Policy] = ("broadcasts", "read")


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
    imports, sendings = read_as_allowed(
        (IMPORTS, under_way.count_imports_under_way), (SENDINGS, running.count_running_sendings)
    )
    return render_template("home/_running.html", count=(imports or 0) + (sendings or 0))


def _jobs() -> dict[str, Any]:
    imports, sendings = read_as_allowed(
        (IMPORTS, under_way.imports_under_way), (SENDINGS, running.running_sendings)
    )
    return {"imports": imports or [], "sendings": sendings or []}
