"""What every migration uses so that no table forgets a rule of the house: row-level security, grants, trail.

The rules are in docs/ARCHITECTURE.md; a catalogue test walks all tables and fails on one that breaks one.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op

COMPANY = "nullif(current_setting('app.company_id', true), '')::bigint"
CUSTOMERS = "nullif(current_setting('app.customers', true), '')::bigint[]"
# The planner looks into a list in a subquery even where CASE will not: there 'all' must be readable too.
LISTED = "nullif(nullif(current_setting('app.customers', true), ''), 'all')::bigint[]"
ALL = "current_setting('app.customers', true)"
SEEN = "CASE {all} WHEN 'all' THEN true ELSE coalesce({column} = ANY ({list}), false) END"
SEEN_OR_SHARED = (
    "CASE WHEN {all} = 'all' THEN true WHEN {column} IS NULL THEN true "
    "ELSE coalesce({column} = ANY ({list}), false) END"
)


def tenant_table(name: str, *, grant: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Enable and force row-level security by company on `name`, and grant the two roles their rights."""
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY company ON {name} TO carillon_app USING (company_id = {COMPANY})")
    op.execute(f"CREATE POLICY across ON {name} TO carillon_across USING (true) WITH CHECK (true)")
    op.execute(f"GRANT {grant} ON {name} TO carillon_app, carillon_across")


def global_table(name: str, *, grant: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Grant rights on a table that has no company in its key."""
    op.execute(f"GRANT {grant} ON {name} TO carillon_app, carillon_across")


def people_table(name: str, column: str = "customer_id") -> None:
    """Show delegated users only rows of their customers; a row without a customer needs all of them."""
    rule = SEEN.format(all=ALL, column=column, list=CUSTOMERS)
    op.execute(f"CREATE POLICY customers ON {name} AS RESTRICTIVE TO carillon_app USING ({rule})")


def settings_table(name: str) -> None:
    """As people_table, but rows of the whole company can be read, not changed, by delegated users."""
    own = SEEN.format(all=ALL, column="customer_id", list=CUSTOMERS)
    read = SEEN_OR_SHARED.format(all=ALL, column="customer_id", list=CUSTOMERS)
    _read_more_than_change(name, read=read, own=own)


def child_table(name: str, parent: str, column: str) -> None:
    """Show delegated users only rows whose parent they see (the parent's own policies decide)."""
    rule = _with_parent(name, parent, column)
    op.execute(f"CREATE POLICY customers ON {name} AS RESTRICTIVE TO carillon_app USING ({rule})")


def settings_child_table(name: str, parent: str, column: str) -> None:
    """As child_table for a child of settings: where the parent can only be read, so can the child."""
    read = _with_parent(name, parent, column)
    own = _with_parent(name, parent, column, f" AND parent.customer_id = ANY ({LISTED})")
    _read_more_than_change(name, read=read, own=own)


def _with_parent(name: str, parent: str, column: str, further: str = "") -> str:
    return (
        f"CASE {ALL} WHEN 'all' THEN true ELSE EXISTS (SELECT 1 FROM {parent} AS parent WHERE "
        f"parent.company_id = {name}.company_id AND parent.id = {name}.{column}{further}) END"
    )


def _read_more_than_change(name: str, *, read: str, own: str) -> None:
    restrict = f"ON {name} AS RESTRICTIVE"
    op.execute(f"CREATE POLICY customers_read {restrict} FOR SELECT TO carillon_app USING ({read})")
    op.execute(f"CREATE POLICY customers_add {restrict} FOR INSERT TO carillon_app WITH CHECK ({own})")
    op.execute(f"CREATE POLICY customers_change {restrict} FOR UPDATE TO carillon_app USING ({own})")
    op.execute(f"CREATE POLICY customers_remove {restrict} FOR DELETE TO carillon_app USING ({own})")


def on_trail(name: str, *, masked: str = "", quiet: str = "updated_at", people: bool = False) -> None:
    """Record changes of `name` on the trail.

    `masked` columns show only that they changed; a change of `quiet` columns alone is not recorded. With
    `people`, inserts are left out and updates count only when a person made them: what an import or a
    sending did is on record through the packet and the provider's updates.
    """
    call = f"EXECUTE FUNCTION trail_changes('{masked}', '{quiet}')"
    by_person = "WHEN (nullif(current_setting('app.user_id', true), '') IS NOT NULL) " if people else ""
    old, new = "OLD TABLE AS old_rows", "NEW TABLE AS new_rows"
    if not people:
        op.execute(
            f"CREATE TRIGGER trail_insert AFTER INSERT ON {name} REFERENCING {new} FOR EACH STATEMENT {call}"
        )
    op.execute(
        f"CREATE TRIGGER trail_update AFTER UPDATE ON {name} REFERENCING {old} {new} "
        f"FOR EACH STATEMENT {by_person}{call}"
    )
    op.execute(
        f"CREATE TRIGGER trail_delete AFTER DELETE ON {name} REFERENCING {old} FOR EACH STATEMENT {call}"
    )


@contextmanager
def lifted_force(table: str) -> Iterator[None]:
    """Let the owner see all rows of `table` for a data step or a validated constraint, then force again.

    Under FORCE an ordinary owner's backfill would change nothing, and a foreign key would be taken over
    rows that violate it. The whole migration is one transaction, so nobody else ever sees it lifted.
    """
    op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    yield
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def run(script: str) -> None:
    """Execute several statements, each ended by a semicolon at the end of a line."""
    for statement in script.split(";\n"):
        if statement.strip():
            execute(statement)


def execute(statement: str) -> None:
    """Execute one statement as it stands: colons and percent signs in it mean themselves."""
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
