"""Runs pieces of the local machinery in processes of their own, as they run in life."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = Path(psutil.__file__).resolve().parents[1]

HOLD_SERVERS = """
import json, sys
from pathlib import Path
from app.local.places import Places
from app.local.servers import EmbeddedServers
servers = EmbeddedServers(Places.of(Path(sys.argv[1]), temporary=True))
with servers as urls:
    pids = [child.process.pid for child in servers.children]
    print(json.dumps([urls.database_url, urls.redis_url, pids]), flush=True)
    sys.stdin.read()
"""

SUPERVISE = """
import json, sys
from pathlib import Path
from app.local.children import Child
from app.local.supervisor import Supervisor
folder = Path(sys.argv[1])
def sleeper(name):
    write = f"import os, pathlib, time; pathlib.Path({str(folder / name)!r}).write_text(str(os.getpid())); "
    return Child(name, [sys.executable, "-c", write + "time.sleep(600)"], folder / f"{name}.log")
supervisor = Supervisor([], lambda line: print(line, flush=True))
supervisor.listen()
supervisor.start([sleeper("one"), sleeper("two")])
supervisor.watch()
supervisor.stop()
print("stopped", flush=True)
"""


@contextmanager
def running(script: str, *arguments: object, account: str | None = None) -> Iterator["subprocess.Popen[str]"]:
    """Run a script with the checkout's modules, if wanted as another user, and end it afterwards."""
    process = subprocess.Popen(
        [interpreter_for(account), "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": f"{CHECKOUT}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE": "1"},
        **_as(account),
    )
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait(60)


def said(process: "subprocess.Popen[str]") -> Any:
    """The next line a script printed, read as JSON."""
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def interpreter_for(account: str | None) -> str:
    """A Python of our version that this user may execute; empty where there is none."""
    if account is None:
        return sys.executable
    same_version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [sys.executable, f"/usr/bin/{same_version}", shutil.which(same_version) or ""]
    return next((path for path in candidates if path and _can_import(path, account)), "")


def is_running(pid: int) -> bool:
    """True while the process works; a zombie waits for nothing but its parent's glance."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _can_import(path: str, account: str) -> bool:
    environment = {"PYTHONPATH": f"{CHECKOUT}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        tried = subprocess.run(
            [path, "-c", "import app.local.servers"],
            cwd="/",
            env=environment,
            capture_output=True,
            check=False,
            **_as(account),
        )
    except OSError:
        return False
    return tried.returncode == 0


def _as(account: str | None) -> Mapping[str, Any]:
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
