"""Where one portal's files lie on this machine: its data, its sockets, and PostgreSQL's own folder."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.errors import Conflict

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's own limit is 108 on Linux and 104 on macOS
MARKER = "carillon-data"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one portal. Two portals with different data folders never meet."""

    data: Path
    runtime: Path
    temporary: bool = False

    @classmethod
    def of(cls, data_dir: Path, *, temporary: bool = False) -> "Places":
        """Name the places that belong to a data folder; nothing is created yet.

        A temporary portal keeps PostgreSQL's files beside its sockets, where a restart of the machine
        clears them away.
        """
        data = data_dir.expanduser().resolve()
        digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:10]
        return cls(data, _short_folder() / f"carillon-{os.getuid()}-{digest}", temporary)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Places":
        """Take DATA_DIR, by default the folder `var` of the checkout."""
        return cls.of(Path(environ.get("DATA_DIR", "").strip() or CHECKOUT / "var"))

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def postgres_socket(self) -> Path:
        return self.runtime / "pg"

    @property
    def redis_socket(self) -> Path:
        return self.runtime / "redis.sock"

    def create(self) -> None:
        """Make the folders that belong to the person who runs the portal; raise Conflict on a stranger's."""
        if not self.data.exists() or not any(self.data.iterdir()):
            self.data.mkdir(parents=True, exist_ok=True)
            self.data.chmod(0o700)
            (self.data / MARKER).write_text("Made by Carillon; `make reset` may remove this folder.\n")
        self.logs.mkdir(exist_ok=True)
        own_folder(self.runtime)


def own_folder(path: Path) -> None:
    """Make a private folder, or accept the one that is there if nobody else could have made it."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Conflict(f"{path} belongs to someone else. Remove it, or set TMPDIR to another folder.")


def _short_folder() -> Path:
    """The system's temporary folder, unless a socket's path would grow too long below it."""
    folder = Path(tempfile.gettempdir())
    longest = folder / f"carillon-{os.getuid()}-0123456789" / "pg" / ".s.PGSQL.5432"
    return folder if len(os.fsencode(longest)) < SOCKET_PATH_LIMIT else Path("/tmp")  # noqa: S108
