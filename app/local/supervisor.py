"""Keeps the portal's programs running: starts them in order, restarts what falls, stops the servers last."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil

from app.errors import Problem
from app.local.children import Child, adopt_orphans, end_all
from app.local.echo import Echo, last_lines

LOOK_EVERY = 0.25  # seconds
STEADY_AFTER = 30.0  # seconds a program has to run until its falls are forgotten
UP_AFTER = 10.0  # seconds after which a program that fell while we were starting counts as running
MOST_FALLS = 4  # while we are starting
LONGEST_WAIT = 10.0  # seconds between two starts of a program that keeps falling
PATIENCE = 15.0  # seconds a program has for what it is doing when it is asked to end


@dataclass(slots=True)
class Watch:
    """How often a child fell lately, and when it may start again (both on the monotonic clock)."""

    child: Child
    falls: int = 0
    started: float = 0.0
    start_at: float = 0.0


class Supervisor:
    """Watches over servers, which somebody else started and stops, and over the programs that use them."""

    def __init__(self, servers: Sequence[Child], say: Callable[[str], None]) -> None:
        self._servers = [Watch(child, started=time.monotonic()) for child in servers]
        self._programs: list[Watch] = []
        self._say = say
        self._echo = Echo(say)
        self.stopping = threading.Event()
        adopt_orphans()
        for server in servers:
            self._echo.follow(server)

    def listen(self) -> None:
        """Stop on Ctrl-C, on a polite kill and when the terminal is closed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self, programs: Sequence[Child]) -> None:
        """Start programs and look after them from now on."""
        for child in programs:
            self._echo.follow(child)
            child.start()
            self._programs.append(Watch(child, started=time.monotonic()))

    def wait_until_ready(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Look after the children until `ready` holds. False when the time is over or we are to stop.

        Raises Problem with the last lines of its log for a program that cannot be kept running.
        """
        end = time.monotonic() + seconds
        while not self.stopping.is_set() and time.monotonic() < end:
            if ready() and not any(self._just_fell(watch) for watch in self._programs):
                return True
            self._look()
            self.stopping.wait(LOOK_EVERY)
        return False

    def watch(self) -> None:
        """Look after the children until we are asked to stop."""
        while not self.stopping.wait(LOOK_EVERY):
            self._look()

    def stop(self) -> None:
        """Ask all programs at once, then wait for each; the servers are left to who started them."""
        self.stopping.set()
        for watch in self._programs:
            watch.child.ask_to_end()
        for watch in self._programs:
            watch.child.wait(PATIENCE)
        self._end_orphans()
        self._echo.look()

    def _just_fell(self, watch: Watch) -> bool:
        if watch.falls >= MOST_FALLS:
            log = watch.child.log
            raise Problem(f"{watch.child.name} keeps falling. The last lines of {log}:\n{last_lines(log)}")
        is_up = watch.child.process is not None and time.monotonic() - watch.started > UP_AFTER
        return watch.falls > 0 and not is_up

    def _look(self) -> None:
        self._echo.look()
        for watch in [*self._servers, *self._programs]:
            if watch.child.process is not None and not watch.child.is_running:
                self._note_fall(watch)
            if watch.child.process is None and time.monotonic() >= watch.start_at:
                watch.started = time.monotonic()
                watch.child.start()

    def _note_fall(self, watch: Watch) -> None:
        """Plan the next start: at once after a first fall, later and later after more of them."""
        now = time.monotonic()
        if now - watch.started > STEADY_AFTER:
            watch.falls = 0
        wait = min(LONGEST_WAIT, 2.0 ** (watch.falls - 1)) if watch.falls else 0.0
        watch.falls += 1
        watch.start_at = now + wait
        code = watch.child.process.returncode if watch.child.process else None
        last = last_lines(watch.child.log, 1)
        self._say(f"{watch.child.name} fell ({_reason(code)}) and is started again. It said: {last}")
        watch.child.process = None
        self._end_orphans()

    def _end_orphans(self) -> None:
        """End what a fallen child left behind: since we adopt orphans, it is now a child of ours."""
        known = {
            watch.child.process.pid
            for watch in [*self._servers, *self._programs]
            if watch.child.process is not None
        }
        end_all([child for child in psutil.Process().children() if child.pid not in known])


def _reason(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
