"""No company, no rows: each way around the walls that was tried, and the rule that closes it."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import CursorResult, Executable, create_engine, func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app import models, unit_of_work
from app.config import Settings
from app.extensions import Base
from app.models import Template, TemplateVersion
from app.unit_of_work import NoContext, across_companies, session, transaction
from tests.figures import Figure
from tests.isolation.catalogue import Owner
from tests.isolation.planting import plant
from tests.isolation.planting_whole import plant_everything, tables_of_a_company

TENANT_TABLES = [
    table for table in models.metadata.sorted_tables if "company_id" in table.primary_key.columns
]
# What is there with no company said: it belongs to none, or says which company is meant.
READ_BEFORE_ANY_COMPANY = {
    "companies": "which companies there are, and their addresses",
    "company_aliases": "former addresses; read to learn which company is meant",
    "company_groups": "which companies belong together; read while a grant is looked up",
    "groups": "the names of groups",
    "shards": "the names of shards",
    "installation": "what this database is",
    **dict.fromkeys(("policies", "role_policies", "global_templates", "global_template_versions"), "shipped"),
    **dict.fromkeys(
        ("contact_methods", "contact_statuses", "data_ingest_stages", "flags"), "words of the portal's own"
    ),
    **dict.fromkeys(
        ("user_passwords", "user_factors", "user_passkeys", "user_recovery_codes", "user_text_codes",
         "user_sessions", "account_links", "account_mails", "factor_resets", "passkey_challenges",
         "throttles"),
        "hangs on a person of no company yet; hashes and seeds are no column that this role reads",
    ),
}  # fmt: skip


def test_without_any_transaction_nothing_can_be_asked(app: Flask) -> None:
    for ask in (session, unit_of_work.company_id, unit_of_work.customers):
        with pytest.raises(NoContext):
            ask()


def test_a_transaction_needs_a_company_or_the_platform_and_not_both(app: Flask) -> None:
    with pytest.raises(NoContext), transaction():
        pass
    with pytest.raises(NoContext), transaction(1, platform=True):
        pass
    with pytest.raises(NoContext), across_companies(reason=""):
        pass


def test_one_transaction_has_one_company(app: Flask) -> None:
    with transaction(1), pytest.raises(NoContext), transaction(2):
        pass


def test_the_platform_is_no_company(app: Flask) -> None:
    with transaction(platform=True), pytest.raises(NoContext):
        unit_of_work.company_id()


def test_at_the_level_of_sql_no_company_means_no_rows(app: Flask, as_app: Owner) -> None:
    plant_everything("riverside-clinic", "Riverside Main Street")
    for table in TENANT_TABLES:
        with across_companies(reason="the rows are there"):
            assert (session().scalar(select(func.count()).select_from(table)) or 0) > 0, table.name
        assert as_app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table.name
    # After the first SET LOCAL a setting reads '' instead of null: that must not be an error either.
    with as_app.transaction():
        as_app.execute("SET LOCAL app.company_id = '1'; SET LOCAL app.customers = 'all'")
    for table in TENANT_TABLES:
        assert as_app.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table.name


def test_no_model_shows_a_row_where_no_company_is_said(
    app: Flask, settings: Settings, figure: Figure
) -> None:
    """T-NOCTX: through an engine of the application's own role, with nothing set at all."""
    plant_everything("riverside-clinic", "Riverside Main Street")
    engine = create_engine(settings.app_database_url)
    empty = []
    for mapper in Base.registry.mappers:
        with Session(engine) as opened:
            if not opened.execute(select(*mapper.primary_key)).all():
                empty.append(str(mapper.local_table))
    engine.dispose()
    asked = {str(mapper.local_table) for mapper in Base.registry.mappers}
    assert set(tables_of_a_company()) <= asked
    assert asked - set(empty) <= READ_BEFORE_ANY_COMPANY.keys()
    figure("T-NOCTX", len(empty), "models ask with no company and see 0 rows")


def test_a_company_sees_and_touches_its_own_rows_only(app: Flask) -> None:
    clinic = plant("riverside-clinic", "Riverside Main Street")
    utility = plant("lakeside-utility")
    with transaction(utility.company_id):
        for table in TENANT_TABLES:
            assert set(session().scalars(select(table.c.company_id))) <= {utility.company_id}, table.name
            if table.name != "trail":
                gone = table.delete().where(table.c.company_id == clinic.company_id)
                assert _rows_of(gone) == 0, table.name
    with transaction(clinic.company_id):
        assert set(session().scalars(select(Template.name))) >= {clinic.canary}


def test_a_row_cannot_be_put_into_another_company(app: Flask) -> None:
    clinic, utility = plant("riverside-clinic"), plant("lakeside-utility")
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(utility.company_id):
        session().add(Template(company_id=clinic.company_id, name="smuggled in"))
        session().flush()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(utility.company_id):
        session().execute(text("UPDATE templates SET company_id = :other"), {"other": clinic.company_id})


def test_a_unique_key_tells_nothing_about_another_company(app: Flask) -> None:
    clinic, utility = plant("riverside-clinic"), plant("lakeside-utility")
    with transaction(utility.company_id):
        session().add(Template(company_id=utility.company_id, name=clinic.canary))
        session().execute(
            text("INSERT INTO lanes (company_id, id, channel, priority) OVERRIDING SYSTEM VALUE "
                 "VALUES (:company, :same_id, 'sms', 1)"),
            {"company": utility.company_id, "same_id": clinic.ids["lanes"]},
        )  # fmt: skip


def test_a_foreign_key_cannot_point_into_another_company(app: Flask) -> None:
    clinic, utility = plant("riverside-clinic"), plant("lakeside-utility")
    with pytest.raises(IntegrityError), transaction(utility.company_id):
        version = {"channel": "sms", "version": 1, "body": ""}
        row = TemplateVersion(company_id=utility.company_id, template_id=clinic.ids["templates"], **version)
        session().add(row)
        session().flush()


def test_what_would_empty_or_reshape_a_table_is_refused(as_app: Owner) -> None:
    for statement in (
        "TRUNCATE lanes",
        "ALTER TABLE lanes DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE lanes DISABLE TRIGGER ALL",
        "DROP POLICY company ON lanes",
        "CREATE TABLE spy (company_id bigint)",
        "SET ROLE carillon_across",
        "SELECT password_hash FROM user_passwords",
        "SELECT secret FROM user_factors",
        "COPY lanes FROM STDIN",
    ):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported)):
            as_app.execute(statement)


@pytest.mark.parametrize("partition", ["sms_queue", "email_queue", "queue_default", "trail_default"])
def test_a_partition_named_directly_is_refused(app: Flask, as_app: Owner, partition: str) -> None:
    plant("riverside-clinic")
    with as_app.transaction():
        as_app.execute("SET LOCAL app.company_id = '1'; SET LOCAL app.customers = 'all'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_app.execute(f"SELECT * FROM {partition}")


def test_every_month_of_the_trail_is_refused_when_named(owner: Owner, as_app: Owner) -> None:
    months = owner.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'trail'::regclass"
    )
    for (month,) in months.fetchall():
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_app.execute(f"SELECT * FROM {month}")


def test_a_partition_granted_by_mistake_still_shows_nothing(app: Flask, owner: Owner, as_app: Owner) -> None:
    plant("riverside-clinic")
    owner.execute("GRANT SELECT ON sms_queue TO carillon_app")
    owner.commit()
    assert as_app.execute("SELECT count(*) FROM sms_queue").fetchone() == (0,)
    # Without the rule the rows of every company are there: the trap is real.
    owner.execute("ALTER TABLE sms_queue DISABLE ROW LEVEL SECURITY")
    owner.commit()
    assert as_app.execute("SELECT count(*) FROM sms_queue").fetchone() == (1,)


def test_months_that_come_later_stand_behind_the_same_wall(owner: Owner, as_app: Owner) -> None:
    assert as_app.execute("SELECT ensure_months(20)").fetchone() == (8,)
    walls = owner.execute(
        "SELECT bool_and(relrowsecurity AND relforcerowsecurity) FROM pg_inherits "
        "JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'trail'::regclass"
    )
    assert walls.fetchone() == (True,)


def test_a_stranger_is_not_in_the_list_of_people(app: Flask) -> None:
    clinic = plant("riverside-clinic")
    emails = text("SELECT email_address FROM users ORDER BY 1")
    with transaction(clinic.company_id):
        assert {email.partition("@")[2] for email in session().scalars(emails)} == {
            "riverside-clinic.example"
        }
    with transaction(platform=True):
        assert session().scalars(emails).all() == []


def _rows_of(statement: Executable) -> int:
    done = session().execute(statement)
    assert isinstance(done, CursorResult)
    return done.rowcount
