"""Addresses of files under static/, with a mark of their content, so that they can be cached for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for


def attend(app: Flask) -> None:
    """Offer `static_url(name)` to templates."""
    folder = Path(app.static_folder or "")
    mark = _mark_of if not app.debug else _mark_of.__wrapped__

    def static_url(name: str) -> str:
        return url_for("static", filename=name, v=mark(folder / name))

    app.jinja_env.globals["static_url"] = static_url


@lru_cache(maxsize=500)
def _mark_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "none"
