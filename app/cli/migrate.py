"""`carillon migrate`: make the two roles, then bring the schema and the shipped roles up to date."""

import argparse
import sys
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import OperationalError

from app import unit_of_work
from app.config import ACROSS_ROLE, APP_ROLE, Settings, role_password
from app.domain.access.sync import sync_policies
from app.errors import Rejected
from app.unit_of_work import transaction

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("migrate", help="bring the database up to date")
    parser.add_argument("--to", default="head", help="the revision to go to (default: the newest)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    run_migrations(Settings.from_environment(), to=arguments.to)
    print("The database is up to date.", file=sys.stderr)
    return 0


def run_migrations(settings: Settings, *, to: str = "head") -> None:
    """Create or refresh the two roles and run the migrations as the owner named by DATABASE_URL.

    At the newest schema, policies and shipped roles are brought in line with the code as well. Raises
    Rejected, with the SQL to run, where the owner may not create roles, and where the portal cannot sign in.
    """
    ensure_roles(settings)
    config = alembic_config(settings.database_url)
    if to == "base" or to.startswith("-"):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)
    if to == "head":
        refresh_policies(settings)


def refresh_policies(settings: Settings) -> None:
    """Bring policies and shipped roles in line with the code, as the portal itself, which the trail binds.

    The owner could not: under forced row-level security no rule lets it write to the trail.
    """
    own = create_engine(settings.app_database_url, poolclass=NullPool)
    across = create_engine(settings.across_database_url, poolclass=NullPool)
    try:
        with unit_of_work.engines_bound(own, across), transaction(platform=True):
            sync_policies()
    except OperationalError as problem:
        raise Rejected(
            "The schema is up to date, but policies and roles are not: the portal cannot use its database. "
            f"Look at APP_DATABASE_URL, then migrate again. PostgreSQL says: {problem.orig}"
        ) from problem


def alembic_config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return config


def ensure_roles(settings: Settings) -> None:
    """Create `carillon_app` and `carillon_across`, which neither own the schema nor bypass its policies."""
    with psycopg.connect(plain_url(settings.database_url), autocommit=True) as connection:
        for role in (APP_ROLE, ACROSS_ROLE):
            statements = _role_statements(connection, role, settings)
            try:
                for statement in statements:
                    connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege as problem:
                wanted = "\n".join(f"  {statement.as_string(connection)};" for statement in statements)
                raise Rejected(
                    "DATABASE_URL names a role that may not create roles. Run this as one that may, "
                    f"then try again:\n{wanted}"
                ) from problem


def plain_url(url: str) -> str:
    """Return a URL as libpq reads it, without SQLAlchemy's driver name."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _role_statements(
    connection: "psycopg.Connection[tuple[object, ...]]", role: str, settings: Settings
) -> list[sql.Composed]:
    """Return what is still to be done for one role.

    A role made by others is left alone as long as it can sign in: APP_DATABASE_URL may hold its password.
    """
    name, password = sql.Identifier(role), sql.Literal(role_password(settings.secret_key, role))
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    plain = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD {}").format(password)
    database = sql.Identifier(connection.info.dbname)
    own_url = settings.app_database_url if role == APP_ROLE else settings.across_database_url
    derived = role_password(settings.secret_key, role) in own_url
    statements = []
    if not found:
        statements.append(sql.SQL("CREATE ROLE {} {}").format(name, plain))
    elif derived and not _can_sign_in(own_url):
        statements.append(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, password))
    if not _may_connect(connection, role, found=bool(found)):
        statements.append(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, name))
    return statements


def _may_connect(connection: "psycopg.Connection[tuple[object, ...]]", role: str, *, found: bool) -> bool:
    if not found:
        return False
    row = connection.execute(
        "SELECT has_database_privilege(%s, current_database(), 'CONNECT')", (role,)
    ).fetchone()
    return bool(row and row[0])


def _can_sign_in(url: str) -> bool:
    try:
        psycopg.connect(plain_url(url), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True
