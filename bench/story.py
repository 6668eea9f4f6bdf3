"""What the portal of the page bench holds: one import that was sent to everybody in it, one half way."""

import csv
import io
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.domain.identity import sessions, users
from app.domain.tenancy.companies import company_by_alias
from app.local.children import wait_until
from app.local.places import CHECKOUT
from app.unit_of_work import across_companies, session, transaction

ALIAS, DISTRICT = "riverside-clinic", "maplewood-schools"
CLERK = "operator@riverside-clinic.example"
HEADER = ("First Name", "Last Name", "Mobile", "Email", "Appt Date", "Appt Time", "Doctor")
FIRSTS = ("Maria", "José", "James", "Anna-Lee", "Wei", "Fatima", "Oluwaseun", "John", "Siobhán", "Li")
LASTS = ("Garcia", "O'Neill", "van der Berg", "Smith", "Nguyen", "Müller", "Brown", "Ramirez")
PATIENCE = 60.0


class Visitor(FlaskClient):
    """Asks the app of this process, each time as if for the first time: nothing is left of the last."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@dataclass(frozen=True)
class Story:
    """The numbers that addresses need, by their name there."""

    numbers: dict[str, int]


def tell(app: Flask, rows: int) -> Story:
    """Import a file and send to all in it, as from a terminal; take a second one as far as the preview."""
    with across_companies(reason="letting the bench send at any hour"):
        session().execute(text("UPDATE companies SET window_from = 0, window_until = 1440"))
    _send(app, rows)
    packet = _half_way(app, rows)
    newest = {"message_id": "messages", "broadcast_id": "broadcasts", "template_id": "templates"}
    with across_companies(reason="looking for what the bench's pages show"):
        company = company_by_alias(ALIAS).id
        query = "SELECT max(id) FROM {} WHERE company_id = :c"
        found = {
            name: session().scalar(text(query.format(table)), {"c": company})
            for name, table in newest.items()
        }
    return Story({"packet_id": packet} | {name: int(number or 0) for name, number in found.items()})


def visitor(app: Flask, email_address: str) -> FlaskClient:
    """Return somebody who asks with the cookie of a session of their own; a stranger without an address."""
    app.test_client_class = Visitor
    client = app.test_client()
    if email_address:
        client.set_cookie(app.config["SID_COOKIE"], cookie_of(email_address))
    return client


def cookie_of(email_address: str) -> str:
    """Start a real session and return what its cookie holds."""
    with transaction(platform=True):
        user = users.user_id_of(email_address)
        assert user is not None, email_address
    with transaction(platform=True, user=user):
        return sessions.start(user, sessions.SIGNED_IN, network="127.0.0.1", user_agent="bench")


def _send(app: Flask, rows: int) -> None:
    file = Path(app.extensions["settings"].data_dir) / "people.csv"
    file.write_text(_people(rows, 1), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "app.cli", "ingest", file, "--company", ALIAS, "--schedule", "We have moved"],
        cwd=CHECKOUT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert wait_until(_is_sent, PATIENCE, pause=0.5), "The messages did not go out in time."


def _is_sent() -> bool:
    with across_companies(reason="waiting for the bench's messages"):
        open_ = "count(*) FILTER (WHERE contact_status IN ('planned', 'queued', 'sending'))"
        waiting, all_ = session().execute(text(f"SELECT {open_}, count(*) FROM messages")).one()
    return bool(all_) and not waiting


def _half_way(app: Flask, rows: int) -> int:
    """Upload a file and go on from matching, as the wizard's forms do, but for their token."""
    client = visitor(app, CLERK)
    app.config["WTF_CSRF_ENABLED"] = False
    content = io.BytesIO(_people(rows, 2).encode())
    answer = client.post(f"/c/{ALIAS}/imports", data={"file": (content, "next week.csv")})
    packet = int(answer.location.split("/imports/")[1].split("/")[0])
    wizard = f"/c/{ALIAS}/imports/{packet}"
    _wait_for(client, f"{wizard}/match")
    client.post(f"{wizard}/match", data={"go": "on"})
    _wait_for(client, f"{wizard}/preview")
    app.config["WTF_CSRF_ENABLED"] = True
    return packet


def _wait_for(client: FlaskClient, path: str) -> None:
    """Wait until the workers have brought the import so far that it has this page."""
    there = wait_until(lambda: client.get(path).status_code == 200, PATIENCE, pause=0.2)
    if not there:
        answer = client.get(path)
        raise RuntimeError(f"{path} did not come: {answer.status} {answer.location}")


def _people(rows: int, seed: int) -> str:
    chance, out = random.Random(seed), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for number in range(rows):
        writer.writerow(
            (
                chance.choice(FIRSTS),
                f"{chance.choice(LASTS)}{number % 50}",
                f"(212) {200 + seed * 100 + number // 10_000}-{number % 10_000:04d}",
                f"person{number}@example.org",
                f"{chance.randint(1, 12):02d}/{chance.randint(1, 28):02d}/2030",
                f"{chance.randint(8, 17)}:{chance.choice(('00', '15', '30', '45'))}",
                f"Dr. {chance.choice(LASTS)}",
            )
        )
    return out.getvalue()
