"""Where a packet's files lie: the file as it came, unchanged, and beside it what we read out of it."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.errors import NotFound

CHUNK = 1024 * 1024
PREVIEW = "preview"
IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file on our disk that belongs to no packet yet; `size` is in bytes."""

    path: Path
    size: int
    sha256: str


@dataclass(slots=True)
class _Shelf:
    root: Path | None = None


_shelf = _Shelf()


def bind_files(root: Path) -> None:
    """Name the folder that holds all companies' files; it is made when the first one arrives."""
    _shelf.root = root


@contextmanager
def received(stream: IO[bytes]) -> Iterator[Arrived]:
    """Write a stream to disk while hashing it, piece by piece; what nobody keeps is removed at the end."""
    folder = _root() / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as out:
            while piece := stream.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                out.write(piece)
        path.chmod(0o600)
        yield Arrived(path, size, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)


def keep(arrived: Arrived, company_id: int, packet_id: int) -> None:
    """Put an arrived file into its packet's folder; from now on it is never altered."""
    folder = packet_folder(company_id, packet_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrived.path.replace(folder / "original")


def original_file(company_id: int, packet_id: int) -> Path:
    """Return the file as it came; raise NotFound once its retention has ended."""
    path = packet_folder(company_id, packet_id) / "original"
    if not path.is_file():
        raise NotFound("The file itself is no longer kept: its retention has ended. Upload it again.")
    return path


def rows_file(company_id: int, packet_id: int) -> Path:
    """Return where the rows that were read are, or will be (Parquet)."""
    return packet_folder(company_id, packet_id) / "rows.parquet"


def ledger_file(company_id: int, packet_id: int, *, of: str) -> Path:
    """Return where every row's fate is written: `of` is PREVIEW or IMPORT."""
    return packet_folder(company_id, packet_id) / f"{of}.ledger.parquet"


def packet_folder(company_id: int, packet_id: int) -> Path:
    """Return a packet's folder; its name holds ids only, never a name that someone chose."""
    return _root() / "company" / str(int(company_id)) / "packets" / str(int(packet_id))


def _root() -> Path:
    if _shelf.root is None:
        raise NotFound("The folder for files is not named: create_app has not run.")
    return _shelf.root
