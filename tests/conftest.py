"""What every test can ask for: servers, a database as after seeding, the app, a client, a browser."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.extensions import db
from app.factory import create_app
from tests.figures import figure, pytest_terminal_summary
from tests.portal import RunningPortal, own_servers_are_named, running_portal, servers_of_portal
from tests.servers import RunServers, begin, end, environment_for_tests, join
from tests.strict_client import StrictClient

# The figures that proofs print: the fixture, and the section at the end of the run.
__all__ = ["figure", "pytest_terminal_summary"]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NO_CHROMIUM = "No Chromium is installed. On Debian or Ubuntu: apt install chromium"
# Where a failure stops everybody, the examples are the same each time; at a desk they are new each time.
hypothesis.settings.register_profile("same", derandomize=True)
if os.environ.get("CI") == "true":
    hypothesis.settings.load_profile("same")

FOLDER = pytest.StashKey[Path]()
HOLDER = pytest.StashKey["subprocess.Popen[bytes]"]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, once; where tests must all run, a missing browser is a failure."""
    if _is_worker(config):
        return
    if os.environ.get("CI") == "true" and CHROMIUM is None:
        raise pytest.UsageError(NO_CHROMIUM)
    config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="carillon-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker process where the run's servers will be, and start them with the first."""
    _begin_once(node.config)
    node.workerinput["servers"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if HOLDER in config.stash:
        end(config.stash[HOLDER], config.stash[FOLDER])
    elif FOLDER in config.stash:
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if CHROMIUM is None and item.get_closest_marker("browser"):
        pytest.skip(NO_CHROMIUM)


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> RunServers:
    """The run's PostgreSQL and Redis, with a migrated and seeded template database."""
    if _is_worker(pytestconfig):
        return join(Path(pytestconfig.workerinput["servers"]))
    _begin_once(pytestconfig)
    return join(pytestconfig.stash[FOLDER])


@pytest.fixture(scope="session")
def settings(
    servers: RunServers, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings of this worker's own database and Redis number."""
    name = servers.template.removesuffix("template") + worker_id
    number = 1 + int(worker_id.removeprefix("gw") if worker_id.startswith("gw") else 0)
    folder = tmp_path_factory.mktemp("data")
    environment = environment_for_tests(folder, servers.database(name), servers.redis(number))
    yield Settings.from_environment(environment)
    servers.drop(name)


@pytest.fixture
def database(servers: RunServers, settings: Settings) -> str:
    """A fresh copy of the template and an empty Redis; returns the owner's URL."""
    with redis.Redis.from_url(settings.redis_url) as client:
        client.flushdb()
    return servers.clone(database_name(settings))


@pytest.fixture(scope="session")
def shared_app(servers: RunServers, settings: Settings) -> Flask:
    """One app for all tests of a worker; only `app` hands it out, with a fresh database behind it."""
    servers.clone(database_name(settings))
    built = create_app(settings)
    built.test_client_class = StrictClient
    return built


@pytest.fixture
def app(shared_app: Flask, database: str) -> Iterator[Flask]:
    """The app on this test's own database; no connection outlives the test."""
    yield shared_app
    with shared_app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[RunningPortal]:
    """A whole running portal, freshly seeded, for the tests of one file; on own servers where named."""
    data_dir = tmp_path_factory.mktemp("portal") / "data"
    with ExitStack() as stack:
        settings = {}
        if own_servers_are_named():
            servers: RunServers = request.getfixturevalue("servers")
            settings = stack.enter_context(servers_of_portal(servers, worker_id))
        yield stack.enter_context(running_portal(data_dir, settings))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How pytest-playwright starts the installed Chromium, kept from talking to its maker."""
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update"]
    machine = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-sync"]
    return {"executable_path": CHROMIUM, "args": [*quiet, *machine]}


def database_name(settings: Settings) -> str:
    return urlsplit(settings.database_url).path.removeprefix("/")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _begin_once(config: pytest.Config) -> None:
    if HOLDER not in config.stash:
        config.stash[HOLDER] = begin(config.stash[FOLDER])
