"""Whether the portal is alive, and whether it is ready to serve."""

from datetime import timedelta

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import clock, queue
from app.blueprints.doors import public
from app.unit_of_work import across_companies, session

blueprint = Blueprint("health", __name__)
MONTH = timedelta(days=28)


@blueprint.get("/healthz")
@public("a supervisor asks whether the process is alive")
def alive() -> Response:
    return jsonify(status="alive")


@blueprint.get("/readyz")
@public("a supervisor asks whether the portal can serve")
def ready() -> Response:
    checks = {"database": database_problem(), "redis": redis_problem()}
    answer = jsonify(status="ready" if not any(checks.values()) else "not ready", problems=checks)
    answer.status_code = 200 if not any(checks.values()) else 503
    return answer


def database_problem() -> str:
    """Return what is wrong with the database in a sentence, or nothing."""
    try:
        with across_companies(reason="readiness"):
            revision = session().scalar(text("SELECT version_num FROM alembic_version"))
            last = session().scalar(
                text(
                    "SELECT max(substring(c.relname from 'trail_(\\d{4}_\\d{2})')) FROM pg_class c "
                    "WHERE c.relname LIKE 'trail\\_20%'"
                )
            )
    except SQLAlchemyError as problem:
        return f"The database does not answer ({type(problem).__name__})."
    if revision != _newest_migration():
        return "The database is not migrated: run `carillon migrate`."
    ahead = (clock.now() + MONTH).strftime("%Y_%m")
    return "" if last and last >= ahead else "The trail has less than a month of partitions ahead."


def _newest_migration() -> str | None:
    config = Config()
    config.set_main_option("script_location", str(current_app.extensions["migrate"].directory))
    return ScriptDirectory.from_config(config).get_current_head()


def redis_problem() -> str:
    """Return what is wrong with Redis in a sentence, or nothing."""
    try:
        queue.redis().ping()
    except RedisError as problem:
        return f"Redis does not answer ({type(problem).__name__})."
    return ""
