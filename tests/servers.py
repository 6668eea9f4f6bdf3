"""PostgreSQL and Redis for one test run: started once, shared by all its workers, gone afterwards.

`tests/hold_servers.py` keeps them in a process of its own. CARILLON_TEST_DATABASE_URL (a role with CREATEDB
and CREATEROLE) and CARILLON_TEST_REDIS_URL name servers of one's own; then only databases named after the
run are touched, and Redis databases from number 1 on are emptied. The two application roles belong to the
whole server: where a portal lives there too, CARILLON_TEST_SECRET_KEY must be its SECRET_KEY.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from app.local.children import wait_until

START_SECONDS = 180
DROP_SECONDS = 30
HOLDER = "tests.hold_servers"
SECRET_KEY = os.environ.get("CARILLON_TEST_SECRET_KEY", "a secret for tests alone, which opens nothing")
FIELD_KEY = base64.urlsafe_b64encode(b"a field key for tests, 32 bytes.").decode()


@dataclass(frozen=True, slots=True)
class RunServers:
    """Where this test run's servers are: the maintenance database's URL, Redis, and the template's name."""

    database_url: str
    redis_url: str
    template: str

    def database(self, name: str) -> str:
        """The URL of another database on the same server."""
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{name}"))

    def redis(self, number: int) -> str:
        """The URL of one of Redis's numbered databases."""
        if self.redis_url.startswith("unix:"):
            return f"{self.redis_url}?db={number}"
        return urlunsplit(urlsplit(self.redis_url)._replace(path=f"/{number}"))

    def clone(self, name: str) -> str:
        """Make a database as it stands after migrating and seeding, and return its URL.

        WAL_LOG and FILE_COPY were measured to take the same time (0.06 s); the latter also makes the
        server write out what the other workers' tests have changed.
        """
        self.drop(name)
        self.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY WAL_LOG").format(
                sql.Identifier(name), sql.Identifier(self.template)
            )
        )
        return self.database(name)

    def drop(self, name: str) -> None:
        """Remove a database and end whoever uses it; an autovacuum is not ours to end and is waited for."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        if not wait_until(lambda: self._is_done(statement), DROP_SECONDS):
            self.execute(statement)

    def _is_done(self, statement: sql.Composed) -> bool:
        try:
            self.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    def execute(self, statement: sql.Composed) -> None:
        url = self.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)


def begin(folder: Path) -> "subprocess.Popen[bytes]":
    """Start the servers in the background; whoever needs them first waits in `join`.

    Beside them stand their process's number and what it says, for those who wait in vain.
    """
    with (folder / "words").open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", HOLDER, str(folder)], stdin=subprocess.PIPE, stderr=words
        )
    (folder / "pid").write_text(str(process.pid))
    return process


def join(folder: Path) -> RunServers:
    """Wait until the servers of the run are ready; raise RuntimeError with the reason if they are not."""
    ready, failed = folder / "ready.json", folder / "failed"
    if not wait_until(lambda: ready.exists() or failed.exists() or _is_over(folder), START_SECONDS):
        raise RuntimeError("The servers for the tests did not start in time.")
    if not ready.exists():
        words = failed.read_text() if failed.exists() else (folder / "words").read_text()
        raise RuntimeError(f"The servers for the tests did not start: {words}")
    return RunServers(**json.loads(ready.read_text()))


def _is_over(folder: Path) -> bool:
    """Tell whether the process that holds the servers has ended, perhaps before it could say why."""
    try:
        return psutil.Process(int((folder / "pid").read_text())).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def end(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Let go of the servers, wait until they are gone, and remove their files."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def environment_for_tests(data_dir: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """The settings of an app under test; what the machine's environment says about them is ignored."""
    return {
        "CARILLON_ENV": "demo",
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": SECRET_KEY,
        "FIELD_KEYS": FIELD_KEY,
        "PUBLIC_URL": "http://localhost:8400",
    }
