"""Shows on the terminal what goes wrong in the children's log files, and keeps the files small."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from app.local.children import Child

LARGEST_LOG = 20_000_000  # bytes; the one before is kept
GRAVE = re.compile(r"\b(?:WARNING|ERROR|FATAL|PANIC|CRITICAL)\b|\"level\": ?\"(?:warning|error|critical)\"")
KNOWN = re.compile(r"# WARNING")  # Redis's advice on kernel settings, which nobody needs on a laptop


class Echo:
    """Reads what the children append to their logs from now on."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._positions: dict[Path, int] = {}

    def follow(self, child: Child) -> None:
        self._positions[child.log] = _size(child.log)

    def look(self) -> None:
        """Show the new warnings and errors; set a log aside that grew too large."""
        for log, position in self._positions.items():
            if _size(log) <= position:
                continue
            with log.open("rb") as file:
                file.seek(position)
                whole_lines = file.read().rpartition(b"\n")[0]
            self._positions[log] = position + len(whole_lines) + (1 if whole_lines else 0)
            for line in whole_lines.decode(errors="replace").splitlines():
                if GRAVE.search(line) and not KNOWN.search(line):
                    self._say(f"[{log.stem}] {line}")
            self._set_aside(log)

    def _set_aside(self, log: Path) -> None:
        """The children append, so an emptied file goes on being written from its start."""
        if _size(log) > LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".1.log"))
            with log.open("r+b") as file:
                file.truncate()
            self._positions[log] = 0


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log, for a sentence about why something did not start."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
