"""What an ordinary owner can and cannot do to rows under forced row-level security (DESIGN: migrations)."""

from collections.abc import Iterator

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import Connection, create_engine, text

from app.config import Settings
from migrations import house
from tests.isolation.planting import plant

BACKFILL = text("UPDATE lanes SET shard = 'filled'")
ADD_KEY = text(
    "ALTER TABLE lanes ADD CONSTRAINT lanes_next_fkey FOREIGN KEY (company_id, next_id) "
    "REFERENCES templates (company_id, id)"
)


@pytest.fixture
def migrating(app: Flask, database: str, settings: Settings) -> Iterator[Connection]:
    """A migration's connection as the owner, with rows of two companies in place; rolled back afterwards."""
    for alias in ("riverside-clinic", "lakeside-utility"):
        plant(alias)
    engine = create_engine(settings.database_url)
    with engine.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        # The tests' owner is a member of both roles, so that it may end their connections: a real one is not.
        connection.execute(text("REVOKE carillon_app, carillon_across FROM CURRENT_USER"))
        yield connection
        connection.rollback()
    engine.dispose()


def test_a_backfill_as_the_owner_changes_nothing(migrating: Connection) -> None:
    assert migrating.execute(BACKFILL).rowcount == 0


def test_a_backfill_with_lifted_force_changes_the_rows_of_all_companies(migrating: Connection) -> None:
    with house.lifted_force("lanes"):
        assert migrating.execute(BACKFILL).rowcount == 2
    assert migrating.execute(BACKFILL).rowcount == 0


def test_a_foreign_key_is_taken_over_rows_that_violate_it(migrating: Connection) -> None:
    """The trap itself: under FORCE the owner's check sees no row, so nothing seems to be wrong."""
    _with_bad_rows(migrating)
    migrating.execute(ADD_KEY)


def test_a_foreign_key_over_bad_rows_is_refused_where_force_is_lifted(migrating: Connection) -> None:
    _with_bad_rows(migrating)
    with (
        pytest.raises(Exception, match="lanes_next_fkey") as refused,
        house.lifted_force("lanes"),
        house.lifted_force("templates"),
    ):
        migrating.execute(ADD_KEY)
    assert isinstance(refused.value.__cause__, psycopg.errors.ForeignKeyViolation)


def _with_bad_rows(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE lanes ADD next_id bigint"))
    with house.lifted_force("lanes"):
        connection.execute(text("UPDATE lanes SET next_id = 999999"))
