"""A whole portal for a test, started as a person starts it: `carillon run` on a data folder of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
from psycopg import sql

from tests.servers import SECRET_KEY, RunServers

CHECKOUT = Path(__file__).resolve().parents[1]
STOP_SECONDS = 90
CHOSEN_BY_PEOPLE = ("PORT", "SIMULATOR_PORT", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "MAKELEVEL")


@dataclass(frozen=True, slots=True)
class RunningPortal:
    """Where a portal answers, and the process that keeps it."""

    address: str
    simulator: str
    data_dir: Path
    process: "subprocess.Popen[str]"


@contextmanager
def running_portal(data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[RunningPortal]:
    """Start a portal, wait for its word that it is ready, and stop it and remove its data afterwards.

    `settings` are environment variables. Raises RuntimeError with what it said when it ends early.
    """
    process = carillon("run", data_dir=data_dir, settings=settings)
    try:
        yield RunningPortal(_said(process, "ready"), _said(process, "Simulated"), data_dir, process)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            carillon("reset", "--yes", data_dir=data_dir).wait(STOP_SECONDS)


def own_servers_are_named() -> bool:
    return bool(os.environ.get("CARILLON_TEST_DATABASE_URL") or os.environ.get("CARILLON_TEST_REDIS_URL"))


@contextmanager
def servers_of_portal(servers: RunServers, worker_id: str) -> Iterator[dict[str, str]]:
    """Settings of a portal on the servers of the test run, with an empty database and Redis of its own."""
    name = servers.template.removesuffix("template") + f"portal_{worker_id}"
    number = 8 + int(worker_id.removeprefix("gw") if worker_id.startswith("gw") else 0)
    servers.drop(name)
    servers.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with redis.Redis.from_url(servers.redis(number)) as client:
        client.flushdb()
    yield {
        "DATABASE_URL": servers.database(name),
        "REDIS_URL": servers.redis(number),
        "SECRET_KEY": SECRET_KEY,
    }
    servers.drop(name)


def carillon(
    *words: str, data_dir: Path, settings: Mapping[str, str] | None = None
) -> "subprocess.Popen[str]":
    """Start one command on a data folder; its words go to the terminal's log beside the data."""
    kept = {name: value for name, value in os.environ.items() if name not in CHOSEN_BY_PEOPLE}
    with data_dir.with_suffix(".words").open("a") as words_said:
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", *words],
            stdout=subprocess.PIPE,
            stderr=words_said,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=CHECKOUT,
            env={**kept, "DATA_DIR": str(data_dir), **(settings or {})},
        )


def _said(process: "subprocess.Popen[str]", word: str) -> str:
    """The address in the first line that has this word."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        found = re.search(r"https?://\S+", line)
        if found and word in line:
            return found[0]
    raise RuntimeError("The portal did not start: " + "".join(lines))
