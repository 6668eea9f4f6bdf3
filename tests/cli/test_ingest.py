"""`carillon ingest`: a file imported at the terminal, by the verbs that the wizard uses."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from app.cli import main
from app.domain.ingest import load_maps, packets
from app.domain.tenancy.companies import company_by_alias
from app.unit_of_work import transaction

PEOPLE = (
    "First Name,Cell,Email\n"
    "Ada,212 555 0142,ada@example.org\n"
    "Bruno,212 555 0143,\n"
    "Carmen,nobody,\n"
    "Ada,212 555 0142,ada@example.org\n"
)


@pytest.fixture(autouse=True)
def own_portal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use this test's own database where the command would look for the portal's."""

    @contextmanager
    def portal() -> Iterator[Flask]:
        with app.app_context():
            yield app

    main(["ingest", "no-such-file", "--company", "x"])  # loads the command's module
    monkeypatch.setattr(sys.modules["app.cli.ingest"], "portal", portal)


def ingest(path: Path, *words: str) -> int:
    return main(["ingest", str(path), "--company", "riverside-clinic", "--json", *words])


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_a_file_becomes_records_and_one_line_of_json(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest(people) == 0
    outcome = json.loads(capsys.readouterr().out)
    assert outcome.pop("seconds") > 0
    assert outcome.pop("packet_id") > 0
    assert outcome == {
        "rows": 4, "records": 2, "refused": 1, "duplicates": 1, "blocked": 0, "messages": 0,
    }  # fmt: skip


def test_a_template_makes_a_message_for_each_address(
    people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest(people, "--schedule", "We have moved") == 0
    assert json.loads(capsys.readouterr().out)["messages"] == 3


@pytest.mark.parametrize(
    ("text", "words", "sentence"),
    [
        ("a,b\n1,2\n", (), "nobody could be reached"),
        ("", (), "The file is empty"),
        (PEOPLE, ("--schedule", "No such template"), "There is no template"),
        (PEOPLE, ("--load-map", "No such map"), "There is no load map"),
        (PEOPLE, ("--schedule", "Appointment reminder"), "no column of the file is matched with it"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    assert ingest(path, *words) == 1
    told = capsys.readouterr()
    assert sentence in told.err
    assert told.out == ""


def test_a_load_map_fits_the_same_columns_in_another_order(
    people: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ingest(people) == 0
    packet_id = json.loads(capsys.readouterr().out)["packet_id"]
    with transaction(platform=True):
        company = company_by_alias("riverside-clinic")
    with transaction(company.id):
        packet = packets.packet(packet_id)
        columns = packets.reading_of(packet).columns
        load_maps.save_new("Daily", packets.load_map_of(packet), columns, by=None)
    turned = tmp_path / "turned.csv"
    turned.write_text("Email,Room,Cell,First Name\nx@example.org,12,212 555 0148,Xenia\n")
    assert ingest(turned, "--load-map", "daily") == 0
    assert json.loads(capsys.readouterr().out)["records"] == 1
