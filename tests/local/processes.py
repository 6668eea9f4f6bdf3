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
def running(
    script: str, *arguments: object, account: str | None = None, python: Path | None = None
) -> Iterator["subprocess.Popen[str]"]:
    """Run a script with the checkout's modules, if wanted as another user, and end it afterwards."""
    process = subprocess.Popen(
        [python or sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env=_environment(python),
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


def public_python(folder: Path) -> Path:
    """Copy our interpreter and its library to where other users may run it, whatever home it lives in."""
    base, version = Path(sys.base_prefix), f"python{sys.version_info.major}.{sys.version_info.minor}"
    left_out = shutil.ignore_patterns("site-packages", "test", "__pycache__", "config-*")
    shutil.copytree(base / "lib" / version, folder / "lib" / version, ignore=left_out, symlinks=True)
    for library in (base / "lib").glob("libpython*"):
        shutil.copy2(library, folder / "lib", follow_symlinks=False)
    (folder / "bin").mkdir()
    return Path(shutil.copy2(Path(sys.executable).resolve(), folder / "bin" / version))


def is_running(pid: int) -> bool:
    """True while the process works; a zombie waits for nothing but its parent's glance."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _environment(python: Path | None) -> dict[str, str]:
    ours = {**os.environ, "PYTHONPATH": f"{CHECKOUT}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE": "1"}
    if python is not None:
        home = python.parents[1]
        ours |= {"PYTHONHOME": str(home), "LD_LIBRARY_PATH": str(home / "lib")}
    return ours


def _as(account: str | None) -> Mapping[str, Any]:
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
