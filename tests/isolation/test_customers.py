"""A principal sees the people of the schools handed to them, and the wording of the whole company to read."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import CursorResult, Executable, Table, select, text
from sqlalchemy.exc import ProgrammingError

from app import models
from app.models import Packet
from app.unit_of_work import session, transaction
from tests.isolation.catalogue import OF_THE_WHOLE_COMPANY, Owner
from tests.isolation.planting import Story, plant

BIRCH, CEDAR = "Birch Elementary", "Cedar High School"
TABLES = models.metadata.tables
# Who works at the company is known to all who do; the pages show a delegated person only their own.
COLLEAGUES = {"customers", "roles", "user_roles", "users"}
# Who looks after one school sees no program, not even one that is limited to it.
PROGRAMS = {"company_apps", "company_app_restrictions", "company_api_keys"}
PEOPLE = (
    "contact_records",
    "messages",
    "queue",
    "message_updates",
    "data_packets",
    "broadcasts",
    "customers",
)


@pytest.mark.parametrize("name", PEOPLE)
def test_no_customers_means_no_people(app: Flask, name: str) -> None:
    story = plant("maplewood-schools", BIRCH)
    assert story.ids.get(name, story.customer_id) in _seen(story, TABLES[name])
    with transaction(story.company_id, ()):
        assert session().scalars(select(TABLES[name].c.id)).all() == []


def test_customers_that_were_never_said_show_no_people(app: Flask, as_app: Owner) -> None:
    story = plant("maplewood-schools", BIRCH)
    with as_app.transaction():
        as_app.execute(f"SET LOCAL app.company_id = '{story.company_id}'")
        for name in PEOPLE:
            assert as_app.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,), name


def test_one_school_sees_nothing_of_another_or_of_the_whole_district(app: Flask) -> None:
    birch, cedar, whole = (plant("maplewood-schools", name) for name in (BIRCH, CEDAR, None))
    settings = {
        "company_locations",
        "templates",
        "template_versions",
        "company_load_maps",
        "company_load_map_versions",
    }
    for name in birch.ids.keys() & whole.ids.keys() - OF_THE_WHOLE_COMPANY - COLLEAGUES:
        seen = _seen(birch, TABLES[name])
        assert (birch.ids[name] in seen) == (name not in PROGRAMS), name
        assert cedar.ids[name] not in seen, name
        assert (whole.ids[name] in seen) == (name in settings), name


def test_a_principal_writes_for_their_own_school_only(app: Flask) -> None:
    birch, cedar = (plant("maplewood-schools", name) for name in (BIRCH, CEDAR))
    values = {"filename": "x", "file_size": 1, "sha256": "x"}
    values["data_ingest_source_id"] = birch.ids["data_ingest_sources"]
    for customer_id in (cedar.customer_id, None):
        _refused(birch, Packet.metadata.tables["data_packets"], {"customer_id": customer_id, **values})


SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "templates": ({"name": "changed"}, "customer_id"),
    "company_load_maps": ({"load_name": "changed"}, "customer_id"),
    "template_versions": ({"channel": "sms", "version": 9, "body": "changed"}, "template_id"),
    "company_load_map_versions": (
        {"version": 9, "load_map": {}, "fingerprint": "", "header_set": ""},
        "load_map_id",
    ),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_the_whole_company_can_be_read_but_not_changed(app: Flask, name: str) -> None:
    birch, cedar, whole = (plant("maplewood-schools", name) for name in (BIRCH, CEDAR, None))
    table, (values, belongs_to) = TABLES[name], SETTINGS[name]
    with transaction(birch.company_id, [birch.customer_id or 0]):
        for story, changed in ((birch, 1), (whole, 0), (cedar, 0)):
            change = table.update().where(table.c.id == story.ids[name]).values(values)
            assert _rows_of(change) == changed
    with transaction(birch.company_id, [birch.customer_id or 0]):
        for story in (whole, cedar):
            assert _rows_of(table.delete().where(table.c.id == story.ids[name])) == 0
    for story in (whole, cedar):
        parent = {
            "customer_id": story.customer_id,
            "template_id": story.ids["templates"],
            "load_map_id": story.ids["company_load_maps"],
        }
        added = {key: f"{value} too" if key.endswith("name") else value for key, value in values.items()}
        _refused(birch, table, {belongs_to: parent[belongs_to], **added})


def test_the_trail_needs_all_customers(app: Flask) -> None:
    story = plant("maplewood-schools", BIRCH)
    with transaction(story.company_id):
        assert (session().scalar(text("SELECT count(*) FROM trail")) or 0) > 0
    with transaction(story.company_id, [story.customer_id or 0]):
        assert session().scalar(text("SELECT count(*) FROM trail")) == 0


def _seen(story: Story, table: Table) -> set[int]:
    with transaction(story.company_id, [story.customer_id or 0]):
        return set(session().scalars(select(table.c.id)))


def _refused(story: Story, table: Table, values: dict[str, object]) -> None:
    adding = table.insert().values(company_id=story.company_id, **values)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(story.company_id, [story.customer_id or 0]),
    ):
        session().execute(adding)


def _rows_of(statement: Executable) -> int:
    done = session().execute(statement)
    assert isinstance(done, CursorResult)
    return done.rowcount
