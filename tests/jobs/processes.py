"""Real workers, the clock and a door for callbacks, for tests that kill some of them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread

import psutil
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

CHECKOUT = Path(__file__).resolve().parents[2]


class Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Four thousand callbacks need no line each."""


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """Serve the app on a free port of the loopback; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


class Workers:
    """As many worker processes as wanted, each replaced when it was killed."""

    def __init__(self, number: int, environment: Mapping[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._running = [self._start("worker") for _ in range(number)]
        self._clock = self._start("clock")

    def kill(self, number: int, *, horse: bool, parent: bool) -> None:
        """SIGKILL a worker, the child that does its job, or both, and see that there is a worker again."""
        process = self._running[number]
        children = psutil.Process(process.pid).children(recursive=True)
        if parent:
            process.kill()
        for child in children if horse else []:
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue
        if parent:
            process.wait()
            self._running[number] = self._start("worker")

    def stop(self) -> list[int]:
        """Ask all to end and return their exit codes."""
        everybody = [*self._running, self._clock]
        for process in everybody:
            process.send_signal(signal.SIGTERM)
        return [process.wait(60) for process in everybody]

    def _start(self, what: str) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "worker.py", what],
                cwd=CHECKOUT,
                env=os.environ | self._environment,
                stdout=log,
                stderr=log,
            )


@contextmanager
def working(number: int, environment: Mapping[str, str], log: Path) -> Iterator[Workers]:
    """Run workers and the clock, and end whatever of them is left."""
    with ExitStack() as stack:
        workers = Workers(number, environment, log)
        stack.callback(workers.stop)
        yield workers
