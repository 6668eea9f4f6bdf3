"""Migrations go up, down to nothing and up again; those who bring them need one role and get plain words."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from psycopg import sql

from app.cli.migrate import MIGRATIONS, alembic_config, plain_url, run_migrations
from app.config import Settings
from app.domain.access.policies import POLICIES, ROLES
from app.errors import Rejected
from tests.isolation.catalogue import broken_rules
from tests.servers import RunServers, environment_for_tests

EVERYTHING = """
    SELECT concat_ws(' ', 'relation', relname, relacl::text) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'function', proname, proacl::text) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'type', typname) FROM pg_type WHERE typnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'policy', polrelid::regclass, polname, pg_get_expr(polqual, polrelid),
        pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
    UNION ALL SELECT concat_ws(' ', 'column', attrelid::regclass, attname, format_type(atttypid, atttypmod),
        attnotnull, attacl::text) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, pg_get_constraintdef(oid))
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname) FROM pg_trigger
        WHERE NOT tgisinternal
    ORDER BY 1
"""


@pytest.fixture
def empty(servers: RunServers, settings: Settings, worker_id: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a database in which nothing is."""
    name = f"{servers.template.removesuffix('template')}empty_{worker_id}"
    servers.drop(name)
    servers.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    environment = environment_for_tests(tmp_path, servers.database(name), settings.redis_url)
    yield Settings.from_environment(environment)
    servers.drop(name)


def test_up_down_to_nothing_and_up_again_gives_the_same(empty: Settings) -> None:
    run_migrations(empty)
    first = _everything(empty)
    run_migrations(empty, to="base")
    assert [one for one in _everything(empty) if "alembic" not in one and not one.startswith("type _")] == []
    run_migrations(empty)
    assert _everything(empty) == first
    with psycopg.connect(plain_url(empty.database_url)) as owner:
        assert list(broken_rules(owner)) == []


def test_each_migration_can_be_undone_and_done_again(empty: Settings) -> None:
    script = ScriptDirectory.from_config(alembic_config(empty.database_url))
    revisions = [one.revision for one in script.walk_revisions()][::-1]
    before: dict[str, list[str]] = {}
    for revision in revisions:
        run_migrations(empty, to=revision)
        before[revision] = _everything(empty)
    for revision in revisions[-2::-1]:
        run_migrations(empty, to="-1")
        assert _everything(empty) == before[revision], f"going down to {revision}"


def test_migrating_again_changes_nothing(empty: Settings) -> None:
    run_migrations(empty)
    first = _everything(empty)
    run_migrations(empty)
    assert _everything(empty) == first


def test_an_installation_that_migrates_gets_the_policies_and_roles_of_the_code(empty: Settings) -> None:
    run_migrations(empty)
    declared = {(role.key, *pair) for role in ROLES for pair in role.policies}
    assert _roles(empty) == declared
    with psycopg.connect(plain_url(empty.database_url)) as owner:
        # As an older version left it: without what is new, and with what is gone.
        owner.execute("ALTER TABLE trail NO FORCE ROW LEVEL SECURITY")
        owner.execute("DELETE FROM policies WHERE (module, function) = ('people', 'read')")
        owner.execute("INSERT INTO policies (module, function, name) VALUES ('old', 'thing', 'Gone')")
        owner.execute("ALTER TABLE trail FORCE ROW LEVEL SECURITY")
    assert _roles(empty) != declared
    run_migrations(empty)
    assert _roles(empty) == declared
    with psycopg.connect(plain_url(empty.database_url)) as owner:
        stored = set(owner.execute("SELECT module, function FROM policies").fetchall())
    assert stored == {(one.module, one.function) for one in POLICIES}


def test_an_older_schema_is_left_without_what_only_the_newest_code_knows(empty: Settings) -> None:
    run_migrations(empty, to="0002")
    assert _roles(empty) == set()


def test_a_portal_that_cannot_sign_in_is_said_after_migrating(empty: Settings) -> None:
    nobody = empty.app_database_url.replace("carillon_app", "nobody_at_all")
    with pytest.raises(Rejected, match="Look at APP_DATABASE_URL"):
        run_migrations(replace(empty, app_database_url=nobody))


def test_migrations_are_one_line_of_numbered_files_with_a_reason_each() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    revisions = [one.revision for one in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    for one in script.walk_revisions():
        assert one.doc.rstrip().endswith("."), one.revision


def test_a_failing_migration_leaves_nothing_half_done(empty: Settings) -> None:
    with psycopg.connect(plain_url(empty.database_url), autocommit=True) as owner:
        owner.execute("CREATE TABLE messages (in_the_way int)")
    with pytest.raises(Exception, match="already exists"):
        run_migrations(empty)
    assert not [one for one in _everything(empty) if "trail" in one or "companies" in one]


def test_two_who_migrate_at_once_take_turns(empty: Settings) -> None:
    given = environment_for_tests(empty.data_dir, plain_url(empty.database_url), empty.redis_url)
    command = [sys.executable, "-m", "app.cli", "migrate"]
    both = [
        subprocess.Popen(
            command, cwd=MIGRATIONS.parent, env={**os.environ, **given}, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert _roles(empty) == {(role.key, *pair) for role in ROLES for pair in role.policies}
    assert _everything(empty)


def test_who_may_not_create_roles_is_told_what_to_run(empty: Settings) -> None:
    """`carillon_app` itself stands in for an owner who may not: it may sign in, and create nothing."""
    with psycopg.connect(plain_url(empty.database_url), autocommit=True) as owner:
        database = sql.Identifier(owner.info.dbname)
        owner.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(database))
        owner.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO carillon_app").format(database))
    with pytest.raises(Rejected, match="may not create roles") as told:
        run_migrations(replace(empty, database_url=empty.app_database_url))
    assert f'GRANT CONNECT ON DATABASE {database.as_string()} TO "carillon_across";' in told.value.message


def _everything(settings: Settings) -> list[str]:
    with psycopg.connect(plain_url(settings.database_url)) as owner:
        return [one for (one,) in owner.execute(EVERYTHING)]


def _roles(settings: Settings) -> set[tuple[str, str, str]]:
    """Each role with each thing it may do."""
    with psycopg.connect(plain_url(settings.database_url)) as owner:
        return set(
            owner.execute(
                "SELECT r.key, p.module, p.function FROM roles r JOIN role_policies g ON g.role_id = r.id "
                "JOIN policies p ON p.id = g.policy_id"
            ).fetchall()
        )
