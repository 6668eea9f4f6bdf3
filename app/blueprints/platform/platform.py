"""The platform's page: what waits, who works, what providers refuse, whether the portal is ready."""

from app.blueprints.doors import requires
from app.blueprints.health import database_problem, redis_problem
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.domain.delivery import machinery
from app.unit_of_work import across_companies


@blueprint.get("/platform")
@requires("platform", "read")
def show() -> str:
    checks = {"database": database_problem(), "redis": redis_problem()}
    with across_companies(reason="a platform administrator looks at the machinery"):
        queues, errors = machinery.channel_queues(), machinery.provider_errors()
        refusals = machinery.refusals()
    return render_page(
        "platform/show.html",
        checks=checks,
        queues=queues,
        errors=errors,
        refusals=refusals,
        workers=machinery.workers(),
        jobs=machinery.jobs_waiting(),
    )
