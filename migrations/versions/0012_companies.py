"""What a company says of itself, its places, its former addresses, and where its shards are."""

from alembic import op

from migrations import house

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"

# Messages whose time passed before `stale_before` expire: so chosen when sending was turned on again.
CHANGED = """
ALTER TABLE companies ADD COLUMN stale_before timestamptz;
ALTER TABLE customers
    ADD COLUMN stale_before timestamptz,
    ADD COLUMN shard text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX shards_by_zip ON shards (zip) WHERE zip <> '';
"""

MADE = f"""
CREATE TABLE company_aliases (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES companies (id),
    alias text NOT NULL UNIQUE, {TIMES});
CREATE INDEX company_aliases_by_company ON company_aliases (company_id);
CREATE TABLE company_locations (
    company_id bigint NOT NULL REFERENCES companies (id),
    id bigint GENERATED ALWAYS AS IDENTITY,
    customer_id bigint,
    name text NOT NULL CHECK (name <> ''),
    address_1 text NOT NULL DEFAULT '', address_2 text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '', state text NOT NULL DEFAULT '', zip text NOT NULL DEFAULT '', {TIMES},
    PRIMARY KEY (company_id, id),
    UNIQUE NULLS NOT DISTINCT (company_id, customer_id, name),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE CASCADE);
CREATE INDEX customers_by_name ON customers (company_id, lower(name), id);
CREATE INDEX customer_xrefs_by_customer ON customer_xrefs (company_id, customer_id);
"""

# Grants are read before any company is open; this tells of each customer no more than that it is active.
ACTIVE = """
CREATE FUNCTION active_customers(of_company bigint, ids bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(c.id ORDER BY c.id), '{}') FROM public.customers c
    WHERE c.company_id = of_company AND c.id = ANY (ids) AND c.active
$$
"""


def upgrade() -> None:
    house.run(CHANGED)
    house.run(MADE)
    house.global_table("company_aliases")
    house.tenant_table("company_locations")
    house.settings_table("company_locations")
    for table in ("company_aliases", "company_locations"):
        house.on_trail(table)
    house.execute("CREATE POLICY grants_look ON customers FOR SELECT TO CURRENT_USER USING (true)")
    house.execute(ACTIVE)
    op.execute("REVOKE ALL ON FUNCTION active_customers(bigint, bigint[]) FROM PUBLIC")
    op.execute(
        "GRANT EXECUTE ON FUNCTION active_customers(bigint, bigint[]) TO carillon_app, carillon_across"
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION active_customers(bigint, bigint[])")
    op.execute("DROP POLICY grants_look ON customers")
    house.run(
        """
DROP TABLE company_locations;
DROP TABLE company_aliases;
DROP INDEX customers_by_name;
DROP INDEX customer_xrefs_by_customer;
DROP INDEX shards_by_zip;
ALTER TABLE customers DROP COLUMN stale_before, DROP COLUMN shard;
ALTER TABLE companies DROP COLUMN stale_before;
"""
    )
