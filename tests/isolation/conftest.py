"""What the proofs of isolation ask for: the schema owner's connection, and the two roles' own."""

from collections.abc import Iterator

import psycopg
import pytest
import redis
from flask import Flask

from app.cli.migrate import plain_url
from app.config import Settings
from app.extensions import db
from tests.conftest import database_name
from tests.isolation.catalogue import Owner
from tests.isolation.world import World, settle
from tests.servers import RunServers


@pytest.fixture
def owner(database: str) -> Iterator[Owner]:
    """The schema owner, an ordinary role, on this test's database; whatever is left open is rolled back."""
    with psycopg.connect(plain_url(database)) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def as_app(database: str, settings: Settings) -> Iterator[Owner]:
    """The role of the web and the workers, with no company said yet."""
    with psycopg.connect(plain_url(settings.app_database_url), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def world(servers: RunServers, settings: Settings, shared_app: Flask) -> Iterator[World]:
    """The app with prey planted for all walks of one file, since no walk may change any of it.

    A test that asks for it asks for neither `app` nor `client`, which put a fresh database in its place.
    """
    with redis.Redis.from_url(settings.redis_url) as stored:
        stored.flushdb()
    servers.clone(database_name(settings))
    yield settle(shared_app)
    with shared_app.app_context():
        for engine in db.engines.values():
            engine.dispose()
