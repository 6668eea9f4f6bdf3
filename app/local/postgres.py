"""The embedded PostgreSQL: a cluster of our own, reached through a socket in a private folder."""

import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.errors import Problem
from app.local.binaries import POSTGRES_MAJOR
from app.local.children import Child, end_leftovers
from app.local.places import Places, own_folder
from app.local.residence import Residence, take_residence

OWNER = "carillon_owner"
DATABASE = "carillon"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_locks_per_transaction": "256",  # a query over many months locks every partition
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
HASTY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One cluster. `hasty` trades safety after a power cut for speed, which only tests may do."""

    def __init__(self, places: Places, passwords: dict[str, str], *, hasty: bool = False) -> None:
        self._places = places
        self._passwords = passwords
        self._hasty = hasty
        self._residence = take_residence(places)
        self.child = Child(
            name="postgres",
            command=self._command(),
            log=places.logs / "postgres.log",
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            end_signal=signal.SIGINT,  # a fast shutdown: clients are dismissed, data are written
            account=self._residence.account,
            folder=self._residence.home,
            prepare=self._prepare,
        )

    @property
    def url(self) -> str:
        """The schema owner's address, in the words of SQLAlchemy and psycopg 3."""
        password, host = quote(self._passwords["OWNER_PASSWORD"]), quote(str(self._places.postgres_socket))
        return f"postgresql+psycopg://{OWNER}:{password}@/{DATABASE}?host={host}"

    def create(self) -> None:
        """Make the socket's folder, and the cluster if there is none yet."""
        if self._residence.account is not None:
            self._places.runtime.chmod(0o711)  # the service user passes through to its own socket folder
        if not self._places.postgres_socket.exists():
            own_folder(self._places.postgres_socket)
            self._residence.give(self._places.postgres_socket)
        version = self._residence.cluster / "PG_VERSION"
        if not version.exists():
            self._init()
        elif version.read_text().strip() != str(POSTGRES_MAJOR):
            found = version.read_text().strip()
            raise Problem(
                f"The data in {self._residence.cluster} were written by PostgreSQL {found}; this is "
                f"{POSTGRES_MAJOR}. Dump them with the older version, or start afresh with `make reset`."
            )

    def answers(self) -> bool:
        """True once a superuser can connect; a process or a pid file proves nothing."""
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def ensure_owner(self) -> None:
        """Create the schema's owner, an ordinary role, and its database; repeat the password."""
        password = self._passwords["OWNER_PASSWORD"]
        with self._connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone()
            verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
            rights = sql.SQL("LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD")
            connection.execute(
                sql.SQL("{} {} {} {}").format(verb, sql.Identifier(OWNER), rights, sql.Literal(password))
            )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                names = [sql.Identifier(DATABASE), sql.Identifier(OWNER)]
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._places.postgres_socket),
            user="postgres",
            password=self._passwords["POSTGRES_PASSWORD"],
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _command(self) -> list[str | Path]:
        settings = SETTINGS | (HASTY_SETTINGS if self._hasty else {})
        chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = self._residence.programs / "bin" / "postgres"
        return [program, "-D", self._residence.cluster, "-k", self._places.postgres_socket, *chosen]

    def _prepare(self) -> None:
        """Clear away what a killed predecessor left; we hold the lock of the data folder, so it is ours."""
        end_leftovers("postgres", self._residence.cluster, signal.SIGINT)
        (self._residence.cluster / "postmaster.pid").unlink(missing_ok=True)
        for left in self._places.postgres_socket.glob(".s.PGSQL.*"):
            left.unlink()

    def _init(self) -> None:
        """Run initdb beside the final place and rename, so that half a cluster is never taken for a whole."""
        beside = self._residence.home / "data.new"
        password = self._residence.home / "password"
        password.touch(mode=0o600)
        password.write_text(self._passwords["POSTGRES_PASSWORD"])
        self._residence.give(password)
        try:
            _run_initdb(self._residence, beside, password, hasty=self._hasty)
        finally:
            password.unlink()
        beside.rename(self._residence.cluster)


def _run_initdb(residence: Residence, cluster: Path, password: Path, *, hasty: bool) -> None:
    """The built-in C.UTF-8 sorts and folds case alike on every machine, whatever its C library says."""
    subprocess.run(["rm", "-rf", cluster], check=True)
    user, group = residence.account or (None, None)
    options = ["--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8"]
    options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    ran = subprocess.run(
        [residence.programs / "bin" / "initdb", "-D", cluster, *options, *(["--no-sync"] if hasty else [])],
        user=user,
        group=group,
        extra_groups=[] if residence.account else None,
        cwd=residence.home,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise Problem(f"PostgreSQL could not make its data folder: {ran.stderr.strip()}")
