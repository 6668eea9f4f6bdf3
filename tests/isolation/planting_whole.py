"""Plants a story in every table of a company, and on its colleague what hangs on a person."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from app.domain.identity import sessions
from app.domain.identity.account_links import LinkKind, make_link
from app.unit_of_work import across_companies, session, transaction
from tests.isolation.planting import Story, plant

SECRET = "5" * 64

# What a story alone does not reach, in the order in which it can be written. RETURNING says which row it was.
_OF_THE_COMPANY = {
    "company_aliases": "(company_id, alias) VALUES (:company, lower(:canary) || '-former')",
    "groups": "(name) VALUES (:canary || '-group')",
    "company_groups": "(company_id, group_id) VALUES (:company, :groups)",
    "shards": "(state, zip, name) VALUES ('NY', lpad((:users % 100000)::text, 5, '0'), 'a shard')",
    "consent_events": "(company_id, channel, address, kind, source, said) VALUES (:company, 'email', "
        ":canary || '-asked@example.org', 'opted_in', :canary || '-asked', :canary || '-consent')",
    "refused_callbacks": "(company_id, provider, day, refused) "
        "VALUES (:company, :canary || '-provider', current_date, 7)",
    "company_apps": "(company_id, name, description) "
        "VALUES (:company, :canary || '-app', :canary || '-does')",
    "company_app_restrictions": "(company_id, company_app_id, customer_id) "
        "VALUES (:company, :company_apps, :customer)",
    "company_api_keys": "(company_id, company_app_id, api_id, key_hash, name, scopes, expires_at) VALUES "
        "(:company, :company_apps, :api_id, :key_hash, :canary || '-key-name', "
        "'{customers/read,messages/read,messages/body}', now() + interval '1 day')",
    "user_passkeys": "(user_id, name, credential_id, public_key) "
        "VALUES (:users, :canary || '-passkey', :canary || '-credential', '')",
    "support_visits": "(company_id, user_id, user_label, session_id, reason, ticket, ends_at) VALUES "
        "(:company, :users, :canary || '-visitor', :user_sessions, :canary || '-reason', "
        ":canary || '-ticket', now() + interval '30 minutes')",
}  # fmt: skip
# Whose rows the story's own are told by another column, or which have no id that a later one needs.
_ONCE_FOR_A_COMPANY = {"company_groups"}


@dataclass(frozen=True, slots=True)
class Prey:
    """A story that reaches every table, with what nobody else may use.

    `link` is the token of a one-time link of its colleague, `key` a live API key of its company.
    """

    story: Story
    link: str
    key: str


def plant_everything(alias: str, customer: str) -> Prey:
    """Plant a story for a customer, and rows in the tables that a story alone does not reach."""
    story = plant(alias, customer)
    person, api_id = story.ids["users"], sha256(story.canary.encode()).hexdigest()[:24]
    with transaction(platform=True, user=person):
        sessions.start(person, sessions.SIGNED_IN, network="192.0.2.7", user_agent=f"{story.canary}-browser")
        link = make_link(person, LinkKind.EMAIL_CHANGE, new_address=f"{story.canary}-new@example.org")
        for table in ("user_sessions", "account_links"):
            query = text(f"SELECT max(id) FROM {table} WHERE user_id = :id")
            story.ids[table] = session().scalars(query, {"id": person}).one()
    given = {"company": story.company_id, "customer": story.customer_id, "canary": story.canary}
    key = {"api_id": api_id, "key_hash": sha256(SECRET.encode()).hexdigest()}
    with across_companies(reason="planting the rest of a story for a test"):
        for table, rest in _OF_THE_COMPANY.items():
            _keep(story, table, f"INSERT INTO {table} {rest}", {**given, **key})
        session().execute(
            text("UPDATE customers SET details = jsonb_build_object('note', :canary || '-customer') "
                 "WHERE company_id = :company AND id = :customer"),
            given,
        )  # fmt: skip
    return Prey(story, link, f"carillon_{api_id}_{SECRET}")


def tables_of_a_company() -> list[str]:
    """Every table with a company_id that PostgreSQL knows of, so that none is forgotten here."""
    query = text(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
        "AND a.attname = 'company_id' ORDER BY 1"
    )
    with across_companies(reason="reading the catalogue in a test"):
        return list(session().scalars(query))


def contents(company_id: int) -> dict[str, list[str]]:
    """All rows of a company by table, as text, but for hashes that nobody may read."""
    found = {}
    with across_companies(reason="reading all rows in a test"):
        for table, columns in _readable().items():
            name = "id" if table == "companies" else "company_id"
            if name in columns:
                query = text(f"SELECT row({', '.join(columns)})::text FROM {table} WHERE {name} = :company")
                found[table] = sorted(session().scalars(query, {"company": company_id}))
    return found


def belongings(user_id: int) -> dict[str, list[str]]:
    """All rows that hang on a person, by table."""
    found = {}
    with across_companies(reason="reading what hangs on a person in a test"):
        for table, columns in _readable().items():
            name = "id" if table == "users" else "user_id"
            if name not in columns or "company_id" in columns:
                continue
            query = text(f"SELECT row({', '.join(columns)})::text FROM {table} WHERE {name} = :user")
            found[table] = sorted(session().scalars(query, {"user": user_id}))
    return found


def _readable() -> dict[str, list[str]]:
    query = text(
        "SELECT c.relname, array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_class c "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition "
        "AND has_column_privilege(c.oid, a.attnum, 'SELECT') GROUP BY c.relname ORDER BY 1"
    )
    return {row[0]: row[1] for row in session().execute(query)}


def _keep(story: Story, table: str, statement: str, given: dict[str, Any]) -> None:
    if table in story.ids and table != "company_api_keys":
        return
    if table in _ONCE_FOR_A_COMPANY:
        statement += " ON CONFLICT (company_id) DO UPDATE SET updated_at = now()"
    values = {**story.ids, **given}
    story.ids[table] = session().scalars(text(f"{statement} RETURNING id"), values).one()
