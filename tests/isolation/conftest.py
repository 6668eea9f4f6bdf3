"""What the proofs of isolation ask for: the schema owner's connection, and the two roles' own."""

from collections.abc import Iterator

import psycopg
import pytest

from app.cli.migrate import plain_url
from app.config import Settings
from tests.isolation.catalogue import Owner


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
