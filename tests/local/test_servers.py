"""The embedded PostgreSQL and Redis, as a portal on a bare machine uses them."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from app.local.children import wait_until
from app.local.places import Places
from app.local.servers import EmbeddedServers
from tests.local.processes import HOLD_SERVERS, is_running, public_python, running, said


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder outside pytest's own, whose parents other users may pass."""
    folder = Path(tempfile.mkdtemp(prefix="carillon-data-"))
    yield folder
    shutil.rmtree(Places.of(folder).runtime, ignore_errors=True)
    shutil.rmtree(folder)


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True)


def test_both_servers_answer_and_stop_without_a_trace(data_dir: Path) -> None:
    servers = EmbeddedServers(Places.of(data_dir, temporary=True))
    with servers as urls:
        with connect(urls.database_url) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("carillon_owner",)
        assert redis.Redis.from_url(urls.redis_url).ping()
        pids = [child.process.pid for child in servers.children]
    assert not any(is_running(pid) for pid in pids)


def test_the_schema_owner_is_an_ordinary_role(data_dir: Path) -> None:
    with (
        EmbeddedServers(Places.of(data_dir, temporary=True), redis=False) as urls,
        connect(urls.database_url) as connection,
    ):
        rights = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False, True, True)


def test_no_server_listens_on_the_network(data_dir: Path) -> None:
    servers = EmbeddedServers(Places.of(data_dir, temporary=True))
    with servers:
        for child in servers.children:
            assert psutil.Process(child.process.pid).net_connections("inet") == []


def test_a_wrong_password_is_refused(data_dir: Path) -> None:
    with EmbeddedServers(Places.of(data_dir, temporary=True), redis=False) as urls:
        user, _, host = urls.database_url.partition("carillon_owner:")
        wrong = f"{user}carillon_owner:wrong@{host.partition('@')[2]}"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(wrong)


def test_data_survive_killed_servers(data_dir: Path) -> None:
    places = Places.of(data_dir, temporary=True)
    servers = EmbeddedServers(places)
    urls = servers.start()
    with connect(urls.database_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    redis.Redis.from_url(urls.redis_url).set("kept", "still here")
    for child in servers.children:
        child.process.kill()
        child.process.wait()
    with EmbeddedServers(places) as again:
        with connect(again.database_url) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
        assert redis.Redis.from_url(again.redis_url).get("kept") == b"still here"


def test_a_pid_file_that_names_a_living_stranger_does_not_stop_the_start(data_dir: Path) -> None:
    places = Places.of(data_dir, temporary=True)
    servers = EmbeddedServers(places, redis=False)
    servers.start()
    note = Path(servers.children[0].command[2]) / "postmaster.pid"
    lines = note.read_text().splitlines()
    servers.children[0].process.kill()
    servers.children[0].process.wait()
    note.write_text("\n".join([str(os.getppid()), *lines[1:]]))
    with EmbeddedServers(places, redis=False) as urls, connect(urls.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_two_data_folders_have_servers_beside_each_other(data_dir: Path) -> None:
    first = Places.of(data_dir / "first", temporary=True)
    second = Places.of(data_dir / "second", temporary=True)
    with EmbeddedServers(first) as one, EmbeddedServers(second) as two:
        redis.Redis.from_url(one.redis_url).set("whose", "first")
        assert redis.Redis.from_url(two.redis_url).get("whose") is None
        with connect(one.database_url) as connection:
            connection.execute("CREATE TABLE only_here ()")
        with connect(two.database_url) as connection:
            assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


def test_servers_end_with_a_starter_that_is_killed(data_dir: Path) -> None:
    with running(HOLD_SERVERS, data_dir) as holder:
        _, _, pids = said(holder)
        holder.kill()
        assert wait_until(lambda: not any(is_running(pid) for pid in pids), 30)


def test_a_new_start_waits_for_servers_that_a_killed_portal_left_behind(data_dir: Path) -> None:
    """A stopped process cannot react to its parent's death: so a leftover is there for sure."""
    with running(HOLD_SERVERS, data_dir) as holder:
        _, _, pids = said(holder)
        os.kill(pids[1], signal.SIGSTOP)
        holder.kill()
        holder.wait()
        os.kill(pids[1], signal.SIGCONT)
        with EmbeddedServers(Places.of(data_dir, temporary=True)) as urls:
            assert redis.Redis.from_url(urls.redis_url).ping()
        assert not any(is_running(pid) for pid in pids)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_an_ordinary_user_runs_both_servers(data_dir: Path) -> None:
    entry = pwd.getpwnam("nobody")
    data_dir.chmod(0o755)
    python = public_python(data_dir / "python")
    own = data_dir / "own"
    own.mkdir()
    os.chown(own, entry.pw_uid, entry.pw_gid)
    with running(HOLD_SERVERS, own, account="nobody", python=python) as holder:
        _, _, pids = said(holder)
        assert {psutil.Process(pid).username() for pid in pids} == {"nobody"}


@pytest.mark.skipif(os.getuid() != 0, reason="only root is refused by PostgreSQL")
def test_as_root_postgres_runs_as_somebody_else_and_no_parent_changes(data_dir: Path) -> None:
    modes = {parent: parent.stat().st_mode for parent in [data_dir, *data_dir.parents]}
    servers = EmbeddedServers(Places.of(data_dir, temporary=True), redis=False)
    with servers:
        assert psutil.Process(servers.children[0].process.pid).username() != "root"
    assert {parent: parent.stat().st_mode for parent in modes} == modes


@pytest.mark.skipif(os.getuid() != 0, reason="only root keeps the data in another folder")
def test_a_copy_of_a_data_folder_never_gets_the_database_of_its_original(tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    first, second = Places.of(original), Places.of(copy)
    try:
        with EmbeddedServers(first, redis=False) as urls, connect(urls.database_url) as connection:
            connection.execute("CREATE TABLE only_here ()")
        subprocess.run(["cp", "-a", original, copy], check=True)
        with EmbeddedServers(second, redis=False) as urls, connect(urls.database_url) as connection:
            assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    finally:
        for places in (first, second):
            shutil.rmtree(f"/var/lib/{places.runtime.name}", ignore_errors=True)
            shutil.rmtree(places.runtime, ignore_errors=True)


@pytest.mark.skipif(os.getuid() != 0, reason="only root keeps the data in another folder")
def test_a_database_whose_data_folder_was_deleted_is_put_aside_and_a_new_one_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = Places.of(tmp_path / "data")
    home = Path("/var/lib") / places.runtime.name
    aside = home.with_name(f"{home.name}-left-1")
    try:
        with EmbeddedServers(places, redis=False):
            shutil.rmtree(places.data)
        with EmbeddedServers(places, redis=False) as urls, connect(urls.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert (aside / "data" / "PG_VERSION").exists()
        assert str(aside) in capsys.readouterr().err
    finally:
        for folder in (home, aside, places.runtime):
            shutil.rmtree(folder, ignore_errors=True)
