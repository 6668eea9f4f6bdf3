"""Child processes that never outlive us: own process group, a log file, and an end that is waited for."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(slots=True)
class Child:
    """One program that is kept running.

    `prepare` runs before every start, `end_signal` asks it to stop in its own orderly way, and `account`
    is the (user id, group id) it runs as when that is not ours.
    """

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    end_signal: signal.Signals = signal.SIGTERM
    account: tuple[int, int] | None = None
    folder: Path | None = None
    prepare: Callable[[], None] | None = None
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C at the terminal reaches us alone."""
        if self.prepare is not None:
            self.prepare()
        user, group = self.account or (None, None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                cwd=self.folder,
                start_new_session=True,
                user=user,
                group=group,
                extra_groups=[] if self.account else None,
                preexec_fn=_bound_to_us(self.end_signal),  # noqa: PLW1509  (one thread, no lock is taken)
            )

    def ask_to_end(self) -> None:
        if self.is_running and self.process is not None:
            self.process.send_signal(self.end_signal)

    def wait(self, seconds: float) -> None:
        """Wait for the end; what is still there after so many seconds is killed with all its descendants."""
        if self.process is None:
            return
        descendants = _descendants(self.process.pid)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        end_all(descendants)

    def stop(self, seconds: float = 15) -> None:
        self.ask_to_end()
        self.wait(seconds)


def end_with_parent(end_signal: signal.Signals) -> None:
    """Ask the kernel to send us a signal when our parent dies; without Linux nothing happens."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)


def adopt_orphans() -> None:
    """Let the grandchildren of a fallen child become ours, so that they can be ended too."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_all(processes: Sequence[psutil.Process], seconds: float = 5) -> None:
    """Terminate, wait, kill: nothing of the list is alive afterwards."""
    for process in processes:
        _quietly(process.terminate)
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        _quietly(process.kill)
    psutil.wait_procs(alive, timeout=seconds)


def end_leftovers(program: str, folder: Path, end_signal: signal.Signals, seconds: float = 120) -> None:
    """End the programs of this name that still work in a folder, left by a portal that was killed.

    Files with process ids are not asked: after a restart of the machine the number may be anybody's.
    """
    left = [found for found in psutil.process_iter(["name"]) if found.info["name"] == program]
    left = [found for found in left if _works_in(found, folder)]
    for process in left:
        _quietly(partial(process.send_signal, end_signal))
    _, alive = psutil.wait_procs(left, timeout=seconds)
    end_all(alive)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Ask again and again until the condition holds (True) or the time is over (False)."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def _bound_to_us(end_signal: signal.Signals) -> Callable[[], None]:
    """What the child does between fork and exec.

    The kernel forgets the wish on a change of user, so it must be spoken here, after the change; and the
    parent may have died in between.
    """
    parent = os.getpid()

    def bind() -> None:
        end_with_parent(end_signal)
        if _LIBC is not None and os.getppid() != parent:
            os._exit(1)

    return bind


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return Path(process.cwd()) == folder
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return found


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except psutil.NoSuchProcess:
        return
