"""Answers about a packet's files that pages ask for again and again: worked out once, kept beside it."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any

import orjson

from app.errors import NotFound

Answers = dict[str, Any]


def kept(
    of: Path, name: str, keys: Iterable[str], work_out: Callable[[list[str]], Mapping[str, Any]]
) -> Answers:
    """Return for each key an answer in JSON's terms about the file `of`, as it is now.

    Those that are not there yet are worked out, all at once, and kept under `name`. Removing what is kept
    costs the time to work it out again, and nothing else. Raises NotFound where the file itself is gone.
    """
    place = _folder(of) / f"{name}.json"
    wanted, known = list(keys), _read(place)
    missing = [key for key in wanted if key not in known]
    if missing:
        # What has just been worked out is given in the terms in which it will be read tomorrow.
        known |= orjson.loads(orjson.dumps(work_out(missing)))
        _write(place, {**_read(place), **known})
    return {key: known[key] for key in wanted}


def kept_file(of: Path, name: str, write: Callable[[Path], None]) -> Path:
    """Return a file made of the file `of` as it is now; `write` makes it where there is none yet."""
    place = _folder(of) / name
    if not place.is_file():
        _put(place, write)
    return place


def forget_earlier(of: Path) -> None:
    """Remove what was kept about the file before it was written anew."""
    now = _folder(of)
    for folder in now.parent.glob("*"):
        if folder != now:
            rmtree(folder, ignore_errors=True)


def _folder(of: Path) -> Path:
    """Return where answers about this very state of the file lie: a file written anew begins without any."""
    try:
        found = of.stat()
    except FileNotFoundError as problem:
        raise NotFound("The rows of this import are no longer kept: their retention has ended.") from problem
    return of.with_name(f"{of.name}.kept") / f"{found.st_mtime_ns:x}-{found.st_size:x}"


def _read(place: Path) -> Answers:
    try:
        return dict(orjson.loads(place.read_bytes()))
    except (FileNotFoundError, orjson.JSONDecodeError):
        return {}


def _write(place: Path, known: Answers) -> None:
    # A disk that is full, or a folder just removed, keeps nobody from seeing the page.
    with suppress(OSError):
        _put(place, lambda half: half.write_bytes(orjson.dumps(known)))


def _put(place: Path, write: Callable[[Path], Any]) -> None:
    """Write a file beside its place and put it there in one step, so that nobody reads half of it."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = place.with_name(f".{secrets.token_hex(8)}")
    try:
        write(half)
        half.chmod(0o600)
        half.replace(place)
    finally:
        half.unlink(missing_ok=True)
