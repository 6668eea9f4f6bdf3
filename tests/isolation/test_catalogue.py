"""The migrated schema keeps every rule of the house, and the check sees each rule broken (T-CAT)."""

import pytest

from tests.figures import Figure
from tests.isolation.catalogue import (
    BESIDE_COMPANIES,
    MACHINES_OWN,
    OF_THE_WHOLE_COMPANY,
    QUERIES,
    SECURITY_DEFINERS,
    Owner,
    broken_rules,
)

PLAIN = "company_id bigint NOT NULL, id bigint NOT NULL"
WALLED = (
    f"CREATE TABLE odd ({PLAIN}, {{}}); ALTER TABLE odd ENABLE ROW LEVEL SECURITY; "
    "ALTER TABLE odd FORCE ROW LEVEL SECURITY; CREATE POLICY company ON odd TO carillon_app USING "
    "(company_id = nullif(current_setting('app.company_id', true), '')::bigint)"
)
KEYED = "PRIMARY KEY (company_id, id)"

# What breaks, the beginning of the sentence that says so, and the statements that break it.
BREAKS = [
    ("odd", "has row-level security that is not enabled", f"CREATE TABLE odd ({PLAIN}, {KEYED})"),
    ("templates", "has row-level security that is not enabled",
     "ALTER TABLE templates NO FORCE ROW LEVEL SECURITY"),
    ("odd", "has no policy by company",
     f"CREATE TABLE odd ({PLAIN}, {KEYED}); ALTER TABLE odd ENABLE ROW LEVEL SECURITY"),
    ("templates", "has no policy by company",
     "CREATE POLICY second ON templates TO carillon_app USING (true)"),
    ("lanes", "has no policy by company", "ALTER POLICY company ON lanes WITH CHECK (true)"),
    ("odd", "shows a delegated person", WALLED.format(KEYED)),
    ("messages", "shows a delegated person", "DROP POLICY customers ON messages"),
    ("templates", "shows a delegated person", "DROP POLICY customers_remove ON templates"),
    ("lanes.all", "has a policy for everybody",
     'CREATE POLICY "all" ON lanes AS RESTRICTIVE USING (true)'),
    ("lanes.odd", "is a policy with OR",
     "CREATE POLICY odd ON lanes AS RESTRICTIVE TO carillon_app USING (id > 0 OR id < 0)"),
    ("odd.odd_pkey", "is a unique key that does not begin", WALLED.format("PRIMARY KEY (id, company_id)")),
    ("lanes.odd", "is a unique key that does not begin", "CREATE UNIQUE INDEX odd ON lanes (id)"),
    ("odd", "has no primary key", WALLED.format("name text")),
    ("odd", "is unique over columns that may be null",
     "CREATE UNIQUE INDEX odd ON templates (company_id, customer_id)"),
    ("lanes.odd", "is a foreign key between",
     "ALTER TABLE lanes ADD UNIQUE (id), ADD next bigint, ADD CONSTRAINT odd FOREIGN KEY "
     "(next) REFERENCES lanes (id)"),
    ("data_packets.odd", "sets columns to null",
     "ALTER TABLE data_packets ADD CONSTRAINT odd FOREIGN KEY (company_id, load_map_id) "
     "REFERENCES company_load_maps (company_id, id) ON DELETE SET NULL"),
    ("lanes TRUNCATE", "is granted", "GRANT TRUNCATE ON lanes TO carillon_app"),
    ("lanes REFERENCES", "is granted", "GRANT REFERENCES ON lanes TO PUBLIC"),
    ("lanes TRIGGER", "is granted", "GRANT TRIGGER ON lanes TO carillon_across"),
    ("lanes SELECT", "is granted", "GRANT SELECT ON lanes TO carillon_app WITH GRANT OPTION"),
    ("lanes.id", "is granted on a column", "GRANT REFERENCES (id) ON lanes TO carillon_app"),
    ("sms_queue", "is a partition that somebody", "GRANT SELECT ON sms_queue TO carillon_app"),
    ("sms_queue", "is a partition whose", "ALTER TABLE sms_queue DISABLE ROW LEVEL SECURITY"),
    ("queue", "has no partition for what fits nowhere", "DROP TABLE queue_default"),
    ("odd", "is a view", "CREATE VIEW odd AS SELECT * FROM lanes"),
    ("odd", "runs as its owner without",
     "CREATE FUNCTION odd() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"),
    ("trail_event", "runs as its owner with", "ALTER FUNCTION trail_event RESET search_path"),
    ("trail_actor", "runs as its owner with", "GRANT EXECUTE ON FUNCTION trail_actor TO PUBLIC"),
    ("odd", "can be changed by a person", "CREATE TABLE odd (id int)"),
    ("customers", "can be changed by a person",
     "ALTER TABLE customers DISABLE TRIGGER trail_delete"),
    ("r by default", "is given away",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO carillon_app"),
    ("carillon_app", "is stronger", "ALTER ROLE carillon_app CREATEDB"),
]  # fmt: skip


def test_the_schema_breaks_no_rule(owner: Owner, figure: Figure) -> None:
    broken = list(broken_rules(owner))
    assert broken == []
    figure("T-CAT", len(QUERIES), "rules of the schema")
    figure("T-CAT", len(broken), "of them broken")


@pytest.mark.parametrize(("name", "rule", "statements"), BREAKS)
def test_a_schema_that_breaks_a_rule_is_named(
    owner: Owner, figure: Figure, name: str, rule: str, statements: str
) -> None:
    owner.execute(statements)
    found = list(broken_rules(owner))
    assert any(sentence.startswith(f"{name} {rule}") for sentence in found), found
    figure("T-CAT", 1, "ways to break them seen")


def test_every_rule_has_a_proof() -> None:
    rules = [sentence.removeprefix("{} ") for sentence in QUERIES]
    assert [rule for rule in rules if not any(rule.startswith(proved) for _, proved, _ in BREAKS)] == []


def test_the_lists_of_exceptions_name_only_what_is_there(owner: Owner) -> None:
    present = {name for (name,) in owner.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")}
    definers = {name for (name,) in owner.execute("SELECT proname FROM pg_proc WHERE prosecdef")}
    assert {*BESIDE_COMPANIES, *MACHINES_OWN, *OF_THE_WHOLE_COMPANY} - present == set()
    assert set(SECURITY_DEFINERS) - definers == set()
