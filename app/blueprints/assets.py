"""Files under static/, served under one mark of the whole tree, so that browsers may keep them for a year.

The mark stands in the path: modules import each other by relative addresses, which inherit it. The tree is
read once, so that a mark never stands for other bytes than those it was made from.
"""

import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, request

FOLDER: Final = Path(__file__).resolve().parents[1] / "static"
ENTRANCE: Final = "js/app.js"
FOR_A_YEAR: Final = "public, max-age=31536000, immutable"
MARK_LENGTH: Final = 12
# Said here and not guessed: machines differ in what they call them, and a module must be called JavaScript.
KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
IMPORT: Final = re.compile(r"""^(?:import|export)\b(?!\()[^;"']*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tree:
    """All files by their path below the folder, and the mark of all of them together."""

    mark: str
    files: Mapping[str, bytes]


def attend(app: Flask) -> None:
    """Serve the files, and offer `static_url(name)` and `module_urls()` to templates."""
    read_tree(FOLDER)  # now, so that all processes that start together read the same files
    app.add_url_rule(f"/static/<string(length={MARK_LENGTH}):mark>/<path:filename>", "static", _serve)
    app.add_url_rule("/static/<path:filename>", "static", _serve)
    app.jinja_env.globals |= {"static_url": static_url, "module_urls": module_urls}


def static_url(name: str) -> str:
    """Return the address of a file under static/, under the mark of the tree."""
    return f"/static/{read_tree(FOLDER).mark}/{name}"  # a page has fifty of them, and url_for takes its time


def module_urls() -> list[str]:
    """Return the addresses of what the entrance imports, directly or not: to be asked for all at once."""
    return [static_url(name) for name in imported(ENTRANCE, read_tree(FOLDER).files)]


def imported(entrance: str, files: Mapping[str, bytes]) -> list[str]:
    """Return what a module imports at once, and what that imports, each file once and without the module."""
    found: dict[str, None] = {entrance: None}
    waiting = [entrance]
    while waiting:
        for name in _imports_of(waiting.pop(0), files):
            if name not in found:
                found[name] = None
                waiting.append(name)
    return list(found)[1:]


@lru_cache(maxsize=8)
def read_tree(folder: Path) -> Tree:
    """Read all files below a folder but the hidden ones."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    mark = hashlib.sha256()
    for name, content in files.items():
        mark.update(f"{name}\n{len(content)}\n".encode() + content)
    return Tree(mark.hexdigest()[:MARK_LENGTH], files)


def _serve(filename: str, mark: str = "") -> Response:
    """Answer a file; one asked for under no mark, or an older one, is asked for again the next time."""
    tree = read_tree(FOLDER)
    if filename not in tree.files:
        abort(404)
    kind = KINDS.get(Path(filename).suffix) or mimetypes.guess_type(filename)[0] or "application/octet-stream"
    answer = Response(tree.files[filename], mimetype=kind)
    answer.headers["Cache-Control"] = FOR_A_YEAR if mark == tree.mark else "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[return-value]


def _imports_of(name: str, files: Mapping[str, bytes]) -> Iterator[str]:
    folder = posixpath.dirname(name)
    for path in IMPORT.findall(files.get(name, b"").decode("utf-8", "replace")):
        yield posixpath.normpath(posixpath.join(folder, path))
