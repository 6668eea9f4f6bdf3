"""Every change is on record with who did it, and nobody can forge, change or remove an entry."""

from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update

from app.cli.migrate import plain_url
from app.config import Settings
from app.domain.identity import factors, users
from app.models import ContactRecord, Packet, Template, TrailEntry, User
from app.unit_of_work import Actor, across_companies, actor, session, transaction
from tests.isolation.catalogue import Owner
from tests.isolation.planting import plant

WHO = Actor(user_id=2, session_id="77", request_id="cafe")


class BrokenError(Exception):
    """Something broke in the middle of a transaction."""


def test_an_entry_says_who_did_what_to_what(app: Flask) -> None:
    entry = _one_entry_of_a_new_template("told")
    assert (entry.company_id, entry.action, entry.table_name) == (1, "created", "templates")
    assert (entry.user_id, entry.session_id, entry.request_id) == (2, "77", "cafe")
    assert entry.user_label == _name_of(2)
    assert entry.old is None
    assert entry.new is not None
    assert entry.new["name"] == "told"
    assert "updated_at" not in entry.new


def test_a_change_shows_the_old_and_the_new_value_of_what_changed(app: Flask) -> None:
    story = plant("riverside-clinic")
    template_id = story.ids["templates"]
    with transaction(story.company_id):
        session().execute(update(Template).where(Template.id == template_id).values(category="emergency"))
        session().execute(update(Template).where(Template.id == template_id).values(category="emergency"))
    (entry,) = _entries(story.company_id, action="changed", table_name="templates", entity_id=template_id)
    assert entry.old == {"category": "informational"}
    assert entry.new == {"category": "emergency"}


def test_bulk_sql_escapes_no_more_than_the_orm_does(app: Flask) -> None:
    company_id = plant("riverside-clinic").company_id
    rows = [{"company_id": company_id, "name": f"bulk {number}"} for number in range(40)]
    with transaction(company_id):
        session().execute(insert(Template), rows)
        session().execute(text("UPDATE templates SET purpose = 'confirmation' WHERE name LIKE 'bulk%'"))
        session().execute(text("DELETE FROM templates WHERE name LIKE 'bulk%'"))
    for action in ("created", "changed", "deleted"):
        found = _entries(company_id, action=action, table_name="templates")
        names = [(entry.new or entry.old or {}).get("name", "bulk") for entry in found]
        assert sum(name.startswith("bulk") for name in names) == 40, action


def test_what_is_rolled_back_leaves_no_entry(app: Flask) -> None:
    company_id = plant("riverside-clinic").company_id
    before = len(_entries(company_id))
    with pytest.raises(BrokenError), transaction(company_id):
        session().add(Template(company_id=company_id, name="never was"))
        session().flush()
        raise BrokenError
    assert len(_entries(company_id)) == before


def test_secrets_show_only_that_they_changed(app: Flask, settings: Settings) -> None:
    with across_companies(reason="making a person for a test"):
        person = users.create_user(
            email_address="new@riverside-clinic.example", first_name="New", last_name="Person",
            password="twelve letters at least", pepper=settings.secret_key,
        )  # fmt: skip
    with transaction(platform=True, user=person.id):
        factors.enrol_at_once(person.id, keys=settings.field_keys)
    with transaction(platform=True):
        stored = session().execute(text("SELECT * FROM sign_in_lookup('new@riverside-clinic.example')")).one()
        seed = session().execute(text("SELECT * FROM sign_in_factor(:id)"), {"id": person.id}).one()
    entries = _entries(0)
    assert {"user_passwords", "user_factors", "users"} <= {entry.table_name for entry in entries}
    told = " ".join(str((entry.old, entry.new, entry.details)) for entry in entries)
    assert stored.password_hash not in told
    assert seed.secret not in told
    assert "•••" in told


def test_a_message_body_is_not_on_the_trail(app: Flask) -> None:
    story = plant("riverside-clinic")
    with transaction(story.company_id, user=2):
        session().execute(
            text("UPDATE messages SET body = 'a secret diagnosis', contact_status = 'cancelled'")
        )
    (entry,) = _entries(story.company_id, action="changed", table_name="messages")
    assert entry.new == {"body": "•••", "contact_status": "cancelled"}


def test_people_are_on_the_trail_when_a_person_changes_them_and_when_they_go(app: Flask) -> None:
    """What an import or a sending did is on record through the packet and the provider's updates."""
    story = plant("riverside-clinic")
    records: dict[str, Any] = {"table_name": "contact_records", "entity_id": story.ids["contact_records"]}
    assert _entries(story.company_id, **records) == []
    with transaction(story.company_id):
        session().execute(update(ContactRecord).values(phone="+12125550101"))
    assert _entries(story.company_id, **records) == []
    with transaction(story.company_id, user=2):
        session().execute(update(ContactRecord).values(phone="+12125550102"))
    assert [entry.action for entry in _entries(story.company_id, **records)] == ["changed"]
    with transaction(story.company_id):
        session().execute(text("DELETE FROM queue"))
        session().execute(text("DELETE FROM message_updates"))
        session().execute(text("DELETE FROM messages"))
        session().execute(text("DELETE FROM contact_records"))
    assert [entry.action for entry in _entries(story.company_id, **records)] == ["changed", "deleted"]


def test_a_machines_bookkeeping_alone_is_not_on_the_trail(app: Flask) -> None:
    story = plant("riverside-clinic")
    before = len(_entries(story.company_id))
    with transaction(story.company_id):
        session().execute(update(Packet).values(progress={"rows": 5}, attempts=1))
        session().execute(text("UPDATE broadcasts SET counts = '{\"sent\": 5}', planned_to = 9"))
        session().execute(text("UPDATE users SET login_attempts = 5"))
    assert len(_entries(story.company_id)) == before


@pytest.mark.parametrize("role", ["app", "across"])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO trail (company_id, action) VALUES (1, 'forged')",
        "UPDATE trail SET user_id = 1",
        "DELETE FROM trail",
        "TRUNCATE trail",
        "SELECT nextval('trail_id_seq')",
        "SELECT trail_changes()",
        "SELECT trail_actor()",
        "CREATE TRIGGER forged AFTER INSERT ON templates EXECUTE FUNCTION trail_changes('', '')",
    ],
)
def test_an_entry_cannot_be_forged_changed_or_removed(
    database: str, settings: Settings, role: str, statement: str
) -> None:
    url = settings.app_database_url if role == "app" else settings.across_database_url
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute("SET LOCAL app.company_id = '1'; SET LOCAL app.customers = 'all'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_even_the_owner_of_the_schema_neither_reads_nor_changes_entries(app: Flask, owner: Owner) -> None:
    """FORCE binds the owner too: only who may lift it can, and that is on record in the server's log."""
    plant("riverside-clinic")
    owner.execute("REVOKE carillon_app, carillon_across FROM CURRENT_USER")
    assert owner.execute("SELECT count(*) FROM trail").fetchone() == (0,)
    assert owner.execute("UPDATE trail SET user_id = 1").rowcount == 0
    assert owner.execute("DELETE FROM trail").rowcount == 0


def test_an_event_takes_its_actor_from_the_transaction(as_app: Owner) -> None:
    with as_app.transaction():
        as_app.execute(
            "SET LOCAL app.company_id = '3'; SET LOCAL app.customers = 'all'; SET LOCAL app.user_id = '2'"
        )
        as_app.execute("SELECT trail_event('trail.viewed', '', NULL, '{}')")
        found = as_app.execute("SELECT company_id, user_id FROM trail WHERE action = 'trail.viewed'")
        assert found.fetchall() == [(3, 2)]


def test_a_row_that_belongs_nowhere_is_on_the_platforms_trail(app: Flask) -> None:
    with transaction(platform=True, user=2):
        session().execute(text("INSERT INTO groups (name) VALUES ('A group')"))
        session().execute(text("INSERT INTO shards (state, name) VALUES ('NY', 'east')"))
    assert {entry.table_name for entry in _entries(0, user_id=2)} >= {"groups", "shards"}


def test_a_row_that_moves_between_companies_is_told_to_both(app: Flask) -> None:
    """A grant's company is no part of its key: whoever moves one gives a right here and takes one there."""
    with transaction(platform=True, user=2):
        session().execute(text("UPDATE user_roles SET company_id = 2 WHERE company_id = 1 AND user_id = 2"))
    for company in (1, 2):
        (entry,) = _entries(company, table_name="user_roles", action="changed", user_id=2)
        assert (entry.old, entry.new) == ({"company_id": 1}, {"company_id": 2})


def test_rows_of_two_companies_with_one_id_are_not_taken_for_each_other(app: Flask) -> None:
    with across_companies(reason="two rows with the same id"):
        for company in (1, 2):
            session().execute(
                text("INSERT INTO contact_blocks (company_id, id, criteria, reason) OVERRIDING SYSTEM VALUE "
                     "VALUES (:company, 900, '{}', :reason)"),
                {"company": company, "reason": f"of {company}"},
            )  # fmt: skip
        session().execute(text("UPDATE contact_blocks SET reason = reason || ', changed' WHERE id = 900"))
    for company in (1, 2):
        (entry,) = _entries(company, table_name="contact_blocks", action="changed", entity_id=900)
        assert (entry.old, entry.new) == ({"reason": f"of {company}"}, {"reason": f"of {company}, changed"})


def _one_entry_of_a_new_template(name: str) -> TrailEntry:
    token = actor.set(WHO)
    try:
        with transaction(1):
            row = Template(company_id=1, name=name)
            session().add(row)
            session().flush()
    finally:
        actor.reset(token)
    (entry,) = _entries(1, table_name="templates", entity_id=row.id)
    return entry


def _entries(company_id: int, **wanted: Any) -> list[TrailEntry]:
    with across_companies(reason="reading the trail in a test"):
        query = select(TrailEntry).filter_by(company_id=company_id, **wanted)
        return list(session().scalars(query.order_by(TrailEntry.at, TrailEntry.id)))


def _name_of(user_id: int) -> str:
    with across_companies(reason="reading a name in a test"):
        person = session().get_one(User, user_id)
        return f"{person.first_name} {person.last_name}"
