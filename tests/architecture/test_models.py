"""The models say what the migrated database has: tables, columns, kinds, what may be null, what is unique."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Engine, create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from app import models
from app.config import Settings

# Tables without a model: Alembic's own.
WITHOUT_MODEL = {"alembic_version"}
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
TABLES = sorted(models.metadata.tables)


@pytest.fixture
def owners_engine(database: str, settings: Settings) -> Iterator[Engine]:
    engine = create_engine(settings.database_url)
    yield engine
    engine.dispose()


def test_every_table_has_a_model_and_every_model_a_table(owners_engine: Engine) -> None:
    with owners_engine.connect() as connection:
        partitions = set(
            connection.exec_driver_sql("SELECT relname FROM pg_class WHERE relispartition").scalars()
        )
    present = set(inspect(owners_engine).get_table_names()) - partitions - WITHOUT_MODEL
    assert present == set(TABLES)


def test_every_column_of_a_model_is_the_databases(owners_engine: Engine) -> None:
    looker = inspect(owners_engine)
    differences = []
    for name in TABLES:
        there = {one["name"]: one for one in looker.get_columns(name)}
        here = models.metadata.tables[name].columns
        differences += [
            f"{name}.{column} is in one of the two only" for column in set(there) ^ set(here.keys())
        ]
        for column in set(there) & set(here.keys()):
            found, meant = there[column], here[column]
            if kind(found["type"]) != kind(meant.type):
                differences.append(
                    f"{name}.{column} is {kind(found['type'])}, the model says {kind(meant.type)}"
                )
            if found["nullable"] != meant.nullable:
                differences.append(f"{name}.{column} may be null in one of the two only")
            if bool(found["default"] or found.get("identity")) != has_default(meant):
                differences.append(f"{name}.{column} has a default in one of the two only")
    assert differences == []


def test_the_primary_keys_are_the_databases(owners_engine: Engine) -> None:
    looker = inspect(owners_engine)
    for name in TABLES:
        there = set(looker.get_pk_constraint(name)["constrained_columns"])
        assert there == set(models.metadata.tables[name].primary_key.columns.keys()), name


def kind(found: TypeEngine[Any]) -> str:
    return str(found.compile(dialect=DIALECT))


def has_default(column: Column[object]) -> bool:
    return column.server_default is not None or column.identity is not None
