"""Reading a file someone gave us: the parser runs in a child process under limits, and never in ours."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.domain.ingest.reading import limits
from app.domain.ingest.reading.kinds import DAMAGED
from app.domain.ingest.reading.shapes import Choices, RawRow, Reading, Sheet
from app.errors import NotFound, Rejected

__all__ = ["Choices", "RawRow", "Reading", "Sheet", "read_file"]

# The child imports the ingest package from its own folder, so nothing of the portal is loaded with it.
DOMAIN = Path(__file__).resolve().parent.parent
CHILD = (sys.executable, "-P", "-m", f"{Path(__file__).parent.name}.reading.child")
ENVIRONMENT = {
    "PYTHONPATH": str(DOMAIN),
    "PYTHONDONTWRITEBYTECODE": "1",
    "LC_ALL": "C.UTF-8",
    # One heap: each further one would reserve 64 MB of the address space that the limit counts.
    "MALLOC_ARENA_MAX": "1",
}
LOOK_EVERY = 0.2  # seconds between two looks at the child's progress
TOO_LONG = (
    "Reading the file took too long, so it was stopped. Delete unused sheets and columns, or save it as .csv."
)
TOO_LARGE = (
    "The reader stopped while opening the file: it is damaged, or it unfolds to far more cells than it "
    "seems to have. Copy the cells into a new workbook, or save the sheet as .csv, and try again."
)


def read_file(
    source: Path,
    *,
    filename: str,
    rows_file: Path,
    choices: Choices | None = None,
    progress: Callable[[int], None] | None = None,
    child: Sequence[str] = CHILD,
) -> Reading:
    """Read `source` into `rows_file` (Parquet: `row`, `c0` … `cN`, NULL for empty) and return the facts.

    `filename` is the name the person gave it; `progress` is called with the number of rows so far.
    Raises Rejected with a sentence for the person; then no rows file is left, nor anything else.
    """
    if not source.is_file():
        raise NotFound(f"There is no file “{source.name}”.")
    work = rows_file.with_name(f"{rows_file.name}.work")
    shutil.rmtree(work, ignore_errors=True)  # left by a machine that stopped in the middle
    work.mkdir(parents=True)
    job = {
        "source": str(source.resolve()),
        "filename": filename,
        "rows_file": str(rows_file.resolve()),
        "choices": asdict(choices or Choices()),
        "work": str(work.resolve()),
    }
    try:
        ended = _run(
            child, job, work, wall=2.0 * limits.cpu_seconds(source.stat().st_size), progress=progress
        )
        return _answer(ended, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(
    command: Sequence[str],
    job: Mapping[str, Any],
    work: Path,
    *,
    wall: float,
    progress: Callable[[int], None] | None,
) -> int:
    """Run the child to its end and return its exit code, negative for a signal."""
    order = work / "job.json"
    order.write_text(json.dumps(job), encoding="utf-8")
    with order.open("rb") as stdin, (work / "errors").open("wb") as stderr:
        child = subprocess.Popen(
            list(command), stdin=stdin, stdout=subprocess.DEVNULL, stderr=stderr, env=ENVIRONMENT, cwd=work
        )
        try:
            return _wait(child, work, wall=wall, progress=progress)
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()


def _wait(
    child: subprocess.Popen[bytes], work: Path, *, wall: float, progress: Callable[[int], None] | None
) -> int:
    waited, seen = 0.0, ""
    while waited < wall:
        try:
            return child.wait(timeout=LOOK_EVERY)
        except subprocess.TimeoutExpired:
            waited += LOOK_EVERY
        place = work / "progress"
        rows = place.read_text(encoding="ascii") if place.exists() else ""
        if progress is not None and rows not in ("", seen):
            seen = rows
            progress(int(rows))
    child.kill()
    child.wait()
    return -signal.SIGXCPU


def _answer(ended: int, work: Path) -> Reading:
    """Turn the child's answer, or the way it died, into a reading or a sentence."""
    if ended in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Rejected(TOO_LONG, code="too_long")
    place = work / "answer.json"
    if ended < 0 or not place.exists():
        raise Rejected(TOO_LARGE, code="reader_stopped")
    answer = json.loads(place.read_text(encoding="utf-8"))
    if "refused" in answer:
        raise Rejected(answer["refused"], code="damaged" if answer["refused"] == DAMAGED else "unreadable")
    return Reading.from_json(answer["reading"])
