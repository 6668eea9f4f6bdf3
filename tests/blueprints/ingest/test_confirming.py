"""The last page before it counts: what it refuses, and that pressing twice imports once."""

import pytest
from sqlalchemy import func, select

from app.models import Broadcast, ContactRecord, LoadMapVersion, PacketLogEntry
from app.unit_of_work import transaction
from tests.blueprints.ingest.conftest import PEOPLE, Wizard


@pytest.fixture
def previewed(wizard: Wizard) -> int:
    packet_id = wizard.read(PEOPLE)
    wizard.preview(packet_id)
    return packet_id


def test_a_form_sent_twice_imports_once(wizard: Wizard, previewed: int) -> None:
    send = {"then": "send", "template_id": wizard.template("We have moved"), "sms": "y", "when": "now"}
    first = wizard.confirm(previewed, **send)
    second = wizard.confirm(previewed, **send)
    assert first.location == second.location
    wizard.work(previewed)
    wizard.confirm(previewed, **send)
    wizard.work(previewed)
    with transaction(wizard.company_id()) as session:
        assert session.scalar(select(func.count()).select_from(ContactRecord)) == 2
        assert session.scalar(select(func.count()).select_from(Broadcast)) == 1


def test_somebody_elses_confirmation_comes_second(wizard: Wizard, previewed: int) -> None:
    wizard.confirm(previewed)
    wizard.confirm(previewed, expect=409, request_key="another")


def test_columns_changed_by_a_colleague_meanwhile_are_not_confirmed(wizard: Wizard, previewed: int) -> None:
    wizard.post(f"/imports/{previewed}/match", **{"target-1": "ignore"})
    wizard.confirm(previewed, expect=409, seen="1")


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"then": ""}, "Say what happens next."),
        ({"saving": "new", "load_name": " "}, "Give the load map a name"),
        ({"then": "send", "template_id": ""}, "Choose the template"),
        ({"then": "send", "template_id": "We have moved"}, "Choose at least one way to reach them"),
        ({"then": "send", "template_id": "Appointment reminder", "sms": "y"}, "no column is matched with it"),
        (
            {"then": "send", "template_id": "We have moved", "sms": "y", "when": "at"},
            "Say on which day",
        ),
        (
            {
                "then": "send",
                "template_id": "We have moved",
                "sms": "y",
                "when": "at",
                "send_date": "2020-01-01",
                "send_time": "09:00",
            },
            "That time has passed",
        ),
    ],
)
def test_an_answer_that_would_not_work_is_refused_with_a_sentence(
    wizard: Wizard, previewed: int, answers: dict[str, str], sentence: str
) -> None:
    if answers.get("template_id"):
        answers = answers | {"template_id": str(wizard.template(answers["template_id"]))}
    page = wizard.confirm(previewed, expect=422, **answers).text
    assert "There is a problem" in page
    assert sentence in page


def test_a_changed_load_map_can_become_the_next_version(wizard: Wizard) -> None:
    wizard.imported(PEOPLE, saving="new", load_name="Daily")
    second = wizard.read(PEOPLE.replace("Ada", "Eva"))
    wizard.post(f"/imports/{second}/match", **{"target-4": "keep"})
    wizard.preview(second)
    assert "Update “Daily” to v2" in wizard.get(f"/imports/{second}/confirm").text
    wizard.confirm(second, expect=422, saving="new", load_name="daily")
    wizard.confirm(second, saving="version")
    third = wizard.read(PEOPLE.replace("Ada", "Ida"))
    assert "Matched with ‘Daily’ v2" in wizard.get(f"/imports/{third}/preview").text
    with transaction(wizard.company_id()) as session:
        assert session.scalar(select(func.count()).select_from(LoadMapVersion)) == 2


def test_every_stage_is_in_the_log_with_its_counts_and_seconds(wizard: Wizard) -> None:
    packet_id = wizard.imported(PEOPLE)
    with transaction(wizard.company_id()) as session:
        log = session.scalars(
            select(PacketLogEntry).where(PacketLogEntry.packet_id == packet_id).order_by(PacketLogEntry.id)
        ).all()
    stages = ["received", "read", "mapped", "cleaned", "deduplicated", "loaded", "done"]
    assert [entry.to_stage for entry in log] == stages
    by_stage = {entry.to_stage: entry for entry in log}
    assert by_stage["cleaned"].counts["rows"] == 4
    assert by_stage["cleaned"].counts["refused"] == 1
    assert by_stage["deduplicated"].counts == {"duplicates": 1, "blocked": 0, "records": 2}
    assert by_stage["loaded"].counts == {"records": 2, "duplicates_of_earlier": 0}
    assert all(by_stage[stage].seconds is not None for stage in ("read", "cleaned", "loaded"))
