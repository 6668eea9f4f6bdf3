"""The clinic's operator at the wizard, with the queue's work done at once by the job's own function."""

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import Settings
from app.domain.merge.templates import template_by_name
from app.domain.tenancy.companies import company_by_alias
from app.jobs import ingest
from app.unit_of_work import transaction
from tests.people import CLINIC_OPERATOR, csrf_token, sign_in

PEOPLE = (
    "First Name,Last Name,Mobile,Email,Appt Date\n"
    "Ada,Larkspur,(212) 555-0142,ada@example.org,03/25/2027\n"
    "Bruno,Okonkwo,212-555-0143,bruno@example.org,03/26/2027\n"
    "Carmen,Rio,not a number,,03/27/2027\n"
    "Ada,Larkspur,(212) 555-0142,ada@example.org,03/25/2027\n"
)


@dataclass
class Wizard:
    """A signed-in person's way through the wizard of one company."""

    app: Flask
    client: FlaskClient
    alias: str
    token: str = field(default="")

    def url(self, path: str) -> str:
        return f"/c/{self.alias}{path}"

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(self.url(path), headers=headers)

    def post(self, path: str, expect: int = 303, **values: object) -> TestResponse:
        answer = self.client.post(self.url(path), data={"csrf_token": self.token, **values})
        assert answer.status_code == expect, f"{answer.status}: {answer.text[-3000:]}"
        return answer

    def undo(self, packet_id: int, expect: int = 303) -> TestResponse:
        """Press “Undo” on the page of matching columns as it is now."""
        page = self.get(f"/imports/{packet_id}/match").text
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen
        return self.post(f"/imports/{packet_id}/undo", expect, seen=seen[1])

    def upload(self, content: bytes | str, filename: str = "people.csv", **values: object) -> int:
        """Upload a file and return the packet's number; it has not been read yet."""
        data = content.encode() if isinstance(content, str) else content
        answer = self.post("/imports", file=(io.BytesIO(data), filename), **values)
        return int(answer.location.split("/imports/")[1].split("/")[0])

    def company_id(self) -> int:
        with transaction(platform=True):
            return company_by_alias(self.alias).id

    def work(self, packet_id: int) -> None:
        """Do what the worker would do for this packet now."""
        with self.app.app_context():
            ingest.read_packet(self.company_id(), packet_id)
            ingest.run_packet(self.company_id(), packet_id)

    def read(self, content: bytes | str, filename: str = "people.csv") -> int:
        packet_id = self.upload(content, filename)
        self.work(packet_id)
        return packet_id

    def confirm(self, packet_id: int, expect: int = 303, **answers: object) -> TestResponse:
        """Press the button of the last page; stores only and saves nothing unless told otherwise."""
        usual = {"saving": "nothing", "then": "store", "request_key": f"key {packet_id}"}
        return self.post(f"/imports/{packet_id}/confirm", expect, **(usual | answers))

    def imported(self, content: bytes | str, **answers: object) -> int:
        """Walk the whole way with a file."""
        packet_id = self.read(content)
        self.preview(packet_id)
        self.confirm(packet_id, **answers)
        self.work(packet_id)
        return packet_id

    def template(self, name: str) -> int:
        with transaction(self.company_id()):
            return template_by_name(name).id

    def preview(self, packet_id: int, **choices: object) -> TestResponse:
        """Go on from matching to the preview, and return it with its numbers."""
        self.post(f"/imports/{packet_id}/match", go="on", **choices)
        self.work(packet_id)
        return self.get(f"/imports/{packet_id}/preview")


@pytest.fixture(autouse=True)
def empty_store(settings: Settings) -> None:
    """Each test's database counts packets from the same number on, so each begins without files too."""
    shutil.rmtree(settings.data_dir / "files", ignore_errors=True)


@pytest.fixture
def wizard_of(app: Flask) -> Callable[[str, str], Wizard]:
    """Sign somebody in and return their way through the wizard of a company."""

    def enter(email_address: str, alias: str) -> Wizard:
        client = app.test_client()
        sign_in(client, email_address)
        return Wizard(app, client, alias, csrf_token(client))

    return enter


@pytest.fixture
def wizard(wizard_of: Callable[[str, str], Wizard]) -> Wizard:
    return wizard_of(CLINIC_OPERATOR, "riverside-clinic")
