"""The portal starts only as roles that the walls bind, on a database of its kind, with its keys (T-ROLE)."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from app import startup
from app.cli.migrate import plain_url
from app.config import BadSetting, Settings
from app.startup import refuse_strong_roles
from tests.figures import Figure
from tests.isolation.catalogue import Owner
from tests.servers import environment_for_tests

CHECKOUT = Path(__file__).resolve().parents[2]
WEB = [sys.executable, "-c", "import wsgi"]
WORKER = [sys.executable, "worker.py", "worker"]
Start = Callable[[list[str], dict[str, str]], subprocess.CompletedProcess[str]]


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Start:
    """Start a process with some of its settings changed, and wait until it has ended."""
    environment = environment_for_tests(tmp_path, settings.database_url, settings.redis_url)

    def begin(process: list[str], instead: dict[str, str]) -> subprocess.CompletedProcess[str]:
        told = {**os.environ, **environment, **instead}
        return subprocess.run(
            process, cwd=CHECKOUT, env=told, capture_output=True, text=True, check=False, timeout=120
        )

    return begin


@pytest.mark.parametrize(
    ("name", "process"), [("APP_DATABASE_URL", WEB), ("ACROSS_DATABASE_URL", WORKER)], ids=["web", "worker"]
)
def test_a_process_refuses_to_start_as_the_owner(
    database: str, start: Start, figure: Figure, name: str, process: list[str]
) -> None:
    tried = start(process, {name: database})
    assert tried.returncode != 0
    assert "can see past the walls between companies" in tried.stderr
    figure("T-ROLE", 1, "starts refused")


@pytest.mark.parametrize(
    ("right", "process"), [("rolsuper", WEB), ("rolbypassrls", WORKER)], ids=["web", "worker"]
)
def test_a_process_refuses_to_start_as_a_role_above_the_walls(
    database: str, start: Start, figure: Figure, right: str, process: list[str]
) -> None:
    """No ordinary owner can make such a role: what the process asks the catalogue is answered as for one."""
    columns = ", ".join({"rolname", "rolsuper", "rolbypassrls"} - {right})
    with psycopg.connect(plain_url(database), autocommit=True) as owner:
        owner.execute("CREATE SCHEMA told; GRANT USAGE ON SCHEMA told TO PUBLIC")
        owner.execute(
            f"CREATE VIEW told.pg_roles AS SELECT {columns}, true AS {right} FROM pg_catalog.pg_roles"
        )
        owner.execute("GRANT SELECT ON told.pg_roles TO PUBLIC")
        name = owner.info.dbname
        owner.execute(f'ALTER DATABASE "{name}" SET search_path = told, pg_catalog, public')
    tried = start(process, {})
    assert tried.returncode != 0
    assert "“carillon_app”, which can see past the walls between companies" in tried.stderr
    figure("T-ROLE", 1, "starts refused")


def test_the_two_roles_of_its_own_may_start(database: str, settings: Settings) -> None:
    for url in (settings.app_database_url, settings.across_database_url):
        engine = create_engine(url)
        refuse_strong_roles(engine)
        engine.dispose()


@pytest.mark.parametrize("right", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_above_the_walls_is_refused(
    database: str, settings: Settings, owner: Owner, right: str
) -> None:
    """No ordinary owner can make such a role: the catalogue's answer is put in its place."""
    engine = create_engine(settings.app_database_url)
    column = "rolsuper" if right == "SUPERUSER" else "rolbypassrls"
    with engine.connect() as connection:
        connection.execute(text("SET search_path = pg_temp, pg_catalog"))
        connection.execute(text("CREATE TEMP TABLE pg_roles AS SELECT * FROM pg_catalog.pg_roles"))
        connection.execute(text(f"UPDATE pg_temp.pg_roles SET {column} = true WHERE rolname = current_user"))
        connection.commit()
    with pytest.raises(BadSetting, match="carillon_app"):
        refuse_strong_roles(engine)
    engine.dispose()


def test_a_role_that_owns_a_table_is_refused(database: str, settings: Settings, owner: Owner) -> None:
    engine = create_engine(settings.app_database_url)
    owner.execute("GRANT CREATE ON SCHEMA public TO carillon_app")
    owner.commit()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE public.mine (id int)"))
    with pytest.raises(BadSetting, match="carillon_app"):
        refuse_strong_roles(engine)
    engine.dispose()


def test_a_demo_database_is_refused_in_production_and_the_other_way_round(
    database: str, settings: Settings
) -> None:
    engine = create_engine(settings.app_database_url)
    startup.check_installation(engine, settings)
    with pytest.raises(BadSetting, match="belongs to the environment “demo”"):
        startup.check_installation(engine, _production(settings))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM installation"))
    startup.check_installation(engine, _production(settings))
    with pytest.raises(BadSetting, match="belongs to the environment “production”"):
        startup.check_installation(engine, settings)
    engine.dispose()


def test_a_key_that_the_database_was_not_made_with_stops_the_start(database: str, settings: Settings) -> None:
    engine = create_engine(settings.app_database_url)
    old, new = settings.field_keys[0], Fernet.generate_key().decode()
    with pytest.raises(BadSetting, match="FIELD_KEYS"):
        startup.check_installation(engine, replace(settings, field_keys=(new,)))
    startup.check_installation(engine, replace(settings, field_keys=(new, old)))
    for broken in ((), ("not a key",)):
        with pytest.raises(BadSetting, match="FIELD_KEYS"):
            startup.check_installation(engine, replace(settings, field_keys=broken))
    engine.dispose()


def _production(settings: Settings) -> Settings:
    return replace(settings, env="production")
