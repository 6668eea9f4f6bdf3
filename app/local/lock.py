"""One portal per data folder: who holds the folder now, and how others reach it."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

import psutil

from app.local.places import Places

RUN = "run"
SERVERS = "servers"
COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a data folder. `environment` is what a process needs to join; empty until ready."""

    role: str
    pid: int
    since: float  # when that process began: after a restart of the machine its number may be anybody's
    address: str = ""
    simulator: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        return bool(self.environment)


class Lock:
    """The held lock; the kernel lets go of it when its process dies, however it dies."""

    def __init__(self, places: Places, file: IO[str], role: str) -> None:
        self._places = places
        self._file = file
        self._role = role

    def tell(
        self, *, address: str = "", simulator: str = "", environment: Mapping[str, str] | None = None
    ) -> None:
        """Write down who we are, for those who find the folder held. Readable for its owner alone."""
        since = psutil.Process().create_time()
        holder = Holder(self._role, os.getpid(), since, address, simulator, environment or {})
        beside = _note(self._places).with_suffix(".new")
        beside.unlink(missing_ok=True)
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(asdict(holder)))
        beside.replace(_note(self._places))


@contextmanager
def hold(places: Places, role: str) -> Iterator[Lock | None]:
    """Hold a data folder for the length of the block; None when somebody else holds it."""
    with (places.data / "run.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        lock = Lock(places, file, role)
        lock.tell()
        try:
            yield lock
        finally:
            _note(places).unlink(missing_ok=True)


def holder_of(places: Places) -> Holder | None:
    """Return who holds the folder, or None where nobody does or has not yet said so."""
    try:
        holder = Holder(**json.loads(_note(places).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return holder if _is_alive(holder) else None


def _is_alive(holder: Holder) -> bool:
    try:
        return bool(abs(psutil.Process(holder.pid).create_time() - holder.since) < 1)
    except psutil.NoSuchProcess:
        return False


def _note(places: Places) -> Path:
    return places.data / "run.json"
