"""The programs that make up a portal, as child processes: web, workers, clock, simulator."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.config import Settings
from app.local.children import Child
from app.local.places import CHECKOUT

WEB_PROCESSES = 2
WEB_THREADS = 2  # one measured fastest for pages; a second keeps them coming while a large file is taken in
WORKERS = 2


def simulator_program(settings: Settings, environment: Mapping[str, str]) -> Child:
    """Return the stand-in for Twilio and SendGrid, which starts first: the others need its public key."""
    keys = {
        "SIMULATOR_TWILIO_TOKEN": settings.twilio.auth_token,
        "SIMULATOR_SENDGRID_KEY": settings.sendgrid.api_key,
    }
    port = str(settings.simulator_port)
    command: list[str | Path] = ["-m", "app.simulator", "--port", port, "--data", _simulator_data(settings)]
    return _child("simulator", command, settings, {**environment, **keys})


def simulator_public_key(settings: Settings) -> str:
    """The key that its e-mail events are signed with, as SENDGRID_PUBLIC_KEY; empty before it runs."""
    path = _simulator_data(settings) / "sendgrid_public_key.txt"
    return path.read_text().strip() if path.exists() else ""


def portal_programs(settings: Settings, environment: Mapping[str, str]) -> list[Child]:
    """Return web, workers and clock in the order in which they start; each writes its own log file."""
    commands = {"web": _web(settings)}
    commands |= {f"worker-{number}": ["worker.py", "worker"] for number in range(1, WORKERS + 1)}
    commands |= {"clock": ["worker.py", "clock"]}
    return [_child(name, command, settings, environment) for name, command in commands.items()]


def _child(
    name: str, command: Sequence[str | Path], settings: Settings, environment: Mapping[str, str]
) -> Child:
    log = settings.data_dir / "logs" / f"{name}.log"
    return Child(name, [sys.executable, *command], log, environment, folder=CHECKOUT)


def _simulator_data(settings: Settings) -> Path:
    return settings.data_dir / "simulator"


def _web(settings: Settings) -> list[str]:
    return [
        *("-m", "granian", "--interface", "wsgi", "--host", settings.bind, "--port", str(settings.port)),
        *("--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS), "--no-ws"),
        *("--respawn-failed-workers", "--workers-kill-timeout", "10", "--log-level", "warning"),
        "wsgi:app",
    ]
