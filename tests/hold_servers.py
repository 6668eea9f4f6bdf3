"""Holds the servers of one test run: `python -m tests.hold_servers FOLDER`.

It ends them when its standard input is closed, and so with the run, however that ends.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from psycopg import sql

from app.cli.migrate import run_migrations
from app.config import ACROSS_ROLE, APP_ROLE, Settings
from app.extensions import db
from app.factory import create_app
from app.local.cast import seed_if_empty
from app.local.places import Places
from app.local.servers import EmbeddedServers
from tests.servers import RunServers, environment_for_tests


def main(folder: Path) -> None:
    """Hold the servers until our starter goes away."""
    try:
        with ExitStack() as stack:
            run = _start(folder, os.environ, stack)
            stack.callback(run.drop, run.template)
            _fill_template(run, folder)
            beside = folder / "ready.new"
            beside.write_text(json.dumps(asdict(run)))
            beside.rename(folder / "ready.json")
            sys.stdin.read()
    except Exception as problem:
        beside = folder / "failed.new"
        beside.write_text(f"{type(problem).__name__}: {problem}")
        beside.rename(folder / "failed")
        raise


def _start(folder: Path, environ: Mapping[str, str], stack: ExitStack) -> RunServers:
    own_database = environ.get("CARILLON_TEST_DATABASE_URL", "")
    own_redis = environ.get("CARILLON_TEST_REDIS_URL", "")
    places = Places.of(folder / "data", temporary=True)
    servers = EmbeddedServers(places, postgres=not own_database, redis=not own_redis, hasty=True)
    urls = stack.enter_context(servers)
    return RunServers(
        own_database or urls.database_url or "",
        own_redis or urls.redis_url or "",
        f"carillon_{folder.name.replace('-', '_')}_template".lower(),
    )


def _fill_template(run: RunServers, folder: Path) -> None:
    """Migrate and seed once what every test then gets a copy of."""
    run.drop(run.template)
    run.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(run.template)))
    environment = environment_for_tests(folder / "data", run.database(run.template), run.redis(0))
    settings = Settings.from_environment(environment)
    run_migrations(settings)
    # Whoever drops a database ends the connections to it, and may do so only to roles it is a member of.
    for role in (APP_ROLE, ACROSS_ROLE):
        run.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(role)))
    app = create_app(settings)
    seed_if_empty(app)
    with app.app_context():  # a database in use cannot be copied
        for engine in db.engines.values():
            engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
