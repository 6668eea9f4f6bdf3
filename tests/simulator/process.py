"""Runs the real simulator in a process of its own, for every test that needs a provider at the far end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson

ACCOUNT_SID = "AC" + "0" * 31 + "1"
TWILIO_TOKEN = "simulated-twilio-token"
SENDGRID_KEY = "SG.simulated.key"
SENDER = "+15005550006"


@dataclass
class RunningSimulator:
    """A simulator under test and what can be asked of it."""

    url: str
    data: Path
    process: subprocess.Popen[str]
    account_sid: str = ACCOUNT_SID
    twilio_token: str = TWILIO_TOKEN
    sendgrid_key: str = SENDGRID_KEY

    def ask(self, path: str, body: Any = None) -> Any:
        """GET a path, or POST a JSON body to it; returns the JSON of the answer."""
        data = None if body is None else orjson.dumps(body)
        request = Request(self.url + path, data=data, headers={"Content-Type": "application/json"})  # noqa: S310  (always the loopback)
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310
                return orjson.loads(answer.read())
        except HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read().decode()}") from error

    def settings(self, **faults: Any) -> dict[str, Any]:
        """Change settings such as `latency_ms=80, drop_every=20`; returns all of them."""
        return self.ask("/_sim/settings", faults)

    def ledger(self, channel: str | None = None, **filters: str) -> list[dict[str, Any]]:
        """Return the whole entries of the newest messages, oldest first."""
        query = "&".join(
            f"{name}={value}" for name, value in {"channel": channel or "", **filters}.items() if value
        )
        return self.ask(f"/_sim/ledger?{query}".replace("+", "%2B"))["entries"]

    def counts(self) -> dict[str, Any]:
        """Return how many messages were accepted and how the callbacks fare."""
        return self.ask("/_sim/ledger/counts")

    def public_key(self) -> str:
        """Return the key that verifies event webhooks."""
        return self.ask("/_sim/keys")["sendgrid_public_key"]

    def send_events_to(self, url: str) -> None:
        """Have SendGrid's events of our key go to this address."""
        self.ask("/_sim/sendgrid/webhook", {"api_key": self.sendgrid_key, "url": url})

    def send_inbound_to(self, url: str) -> None:
        """Have texts to any number of our account go to this address."""
        self.ask("/_sim/twilio/inbound", {"account_sid": self.account_sid, "url": url})

    def answer_text(self, *, person: str, number: str, body: str) -> str:
        """Let a simulated person write to one of our numbers; returns the SID of their text."""
        reply = {"account_sid": self.account_sid, "from": person, "to": number, "body": body}
        return self.ask("/_sim/twilio/replies", reply)["sid"]

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


@contextmanager
def running_simulator(folder: Path, *, port: int = 0, **faults: Any) -> Iterator[RunningSimulator]:
    """Start a simulator on a free port with its data below `folder`; stop it at the end."""
    data = folder / "simulator"
    command = [sys.executable, "-m", "app.simulator", "--port", str(port), "--data", str(data)]
    command += [argument for name, value in faults.items() for argument in option(name, value)]
    environment = os.environ | {
        "SIMULATOR_TWILIO_TOKEN": TWILIO_TOKEN,
        "SIMULATOR_SENDGRID_KEY": SENDGRID_KEY,
    }
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT)
    try:
        line = process.stdout.readline()
        assert "http://" in line, f"the simulator did not start: {line}"
        yield RunningSimulator(line.split()[-1], data, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(10)
        process.stdout.close()


ROOT = Path(__file__).parents[2]


def option(name: str, value: Any) -> list[str]:
    """Write a setting as it is given on the command line."""
    flag = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    return [f"--{flag}", str(value)]


def eventually(ask: Any, within: float = 15.0) -> Any:
    """Ask until the answer is true; returns it, or fails."""
    deadline = time.monotonic() + within
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)
    return answer
