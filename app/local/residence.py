"""Where the embedded PostgreSQL lives and as whom it runs: it refuses to run as root."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from app.errors import Conflict
from app.local.binaries import POSTGRES_MAJOR, copy_of_postgres, postgres_programs
from app.local.children import end_leftovers
from app.local.places import Places

SERVICE_USERS = ("postgres", "nobody")
SERVICE_FOLDERS = Path("/var/lib")
Account = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Residence:
    """The folder of PostgreSQL's own, its programs, and the account it runs as (None: ours)."""

    home: Path
    programs: Path
    account: Account | None

    @property
    def cluster(self) -> Path:
        return self.home / "data"

    def give(self, path: Path) -> None:
        """Hand a file or folder to the account."""
        if self.account is not None:
            os.chown(path, *self.account)


def take_residence(places: Places) -> Residence:
    """Make, or find again, PostgreSQL's folder; no parent's mode is changed.

    An ordinary user keeps it in the data folder. For root it belongs to a service user and lies where
    that user can reach it; the data folder records the place. Programs the user cannot run, because
    the checkout lies in somebody's private folder, are copied there once.
    """
    account = _service_account()
    home = _home_of_service(places) if account else places.data / "postgres"
    _refuse_other_owner(places, home, account)
    home.mkdir(mode=0o700, exist_ok=True)
    residence = Residence(home, postgres_programs(), account)
    residence.give(home)
    if account is None or _can_run(residence.programs, account):
        return residence
    copy = copy_of_postgres(residence.programs, home / f"programs-{POSTGRES_MAJOR}")
    return Residence(home, copy, account)


def remove_residence(places: Places) -> None:
    """Delete the service user's folder, if this data folder has one."""
    record = _record(places)
    home = Path(record.read_text().strip()) if record.exists() else places.runtime / "home"
    if home.exists() and _belongs_to(home, places):
        shutil.rmtree(home)


def _service_account() -> Account | None:
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    for name in SERVICE_USERS:
        if name in known:
            return known[name]
    raise Conflict("PostgreSQL refuses to run as root. Run as an ordinary user, or set DATABASE_URL.")


def _home_of_service(places: Places) -> Path:
    """Choose the folder; a copy of a data folder never gets the database of its original."""
    if places.temporary:
        return places.runtime / "home"
    record = _record(places)
    recorded = Path(record.read_text().strip()) if record.exists() else None
    if recorded is not None and recorded.exists() and _belongs_to(recorded, places):
        home = recorded
    else:
        home = SERVICE_FOLDERS / places.runtime.name
    if recorded is None and (home / "data").exists():
        _put_aside(home)
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "belongs-to").write_text(f"{places.data}\n")
    record.write_text(f"{home}\n")
    return home


def _put_aside(home: Path) -> None:
    """Keep a database whose data folder was deleted: its passwords are gone, so nobody can open it here."""
    end_leftovers("postgres", home / "data", signal.SIGINT)
    aside = next(path for number in count(1) if not (path := Path(f"{home}-left-{number}")).exists())
    home.rename(aside)
    said = f"A database whose data folder was deleted lies in {aside} now. Delete it if you do not need it."
    sys.stderr.write(f"{said}\n")


def _record(places: Places) -> Path:
    return places.data / "postgres-place"


def _belongs_to(home: Path, places: Places) -> bool:
    """True where the folder names this data folder, or one that was moved and is no longer there."""
    note = home / "belongs-to"
    if not note.exists():
        return places.temporary
    named = Path(note.read_text().strip())
    return named == places.data or not _record(Places.of(named)).exists()


def _refuse_other_owner(places: Places, home: Path, account: Account | None) -> None:
    """Say it plainly when root starts what an ordinary user began, or the other way round."""
    begun_by_user = account is not None and (places.data / "postgres").exists()
    begun_by_root = account is None and not os.access(home if home.exists() else places.data, os.W_OK)
    if begun_by_user or begun_by_root:
        raise Conflict(f"The data in {places.data} belong to another user. Run as that user.")


def _can_run(programs: Path, account: Account) -> bool:
    """Find out by trying: folder modes alone do not tell what mounts and access lists allow."""
    user, group = account
    try:
        tried = subprocess.run(
            [programs / "bin" / "postgres", "--version"],
            user=user,
            group=group,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return tried.returncode == 0
