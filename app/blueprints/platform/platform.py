"""The platform's page: what waits, who works, what providers refuse, whether the portal is ready."""

from collections.abc import Callable
from typing import TypeVar

from redis.exceptions import RedisError

from app import queue
from app.blueprints.doors import requires
from app.blueprints.health import database_problem, redis_problem
from app.blueprints.pages import render_page
from app.blueprints.platform import blueprint
from app.domain.delivery import machinery
from app.unit_of_work import across_companies

T = TypeVar("T")


@blueprint.get("/platform")
@requires("platform", "read")
def show() -> str:
    with across_companies(reason="a platform administrator looks at the machinery"):
        queues, errors = machinery.channel_queues(), machinery.provider_errors()
        refusals = machinery.refusals()
    redis = redis_problem()
    return render_page(
        "platform/show.html",
        checks={"database": database_problem(), "redis": redis},
        queues=queues,
        errors=errors,
        refusals=refusals,
        # Each question to a Redis that is silent waits for its time-out: one of them is enough.
        workers=None if redis else _if_it_answers(queue.workers),
        jobs=None if redis else _if_it_answers(queue.jobs_waiting),
    )


def _if_it_answers(ask: Callable[[], T]) -> T | None:
    """Return what Redis says; None where it is silent, which the page says in words."""
    try:
        return ask()
    except RedisError:
        return None
