"""Roles that companies make, grants that are turned off without being lost, and the walls around both.

Roles and grants are read before any company is known, so they are no tenant tables. In a transaction of a
company they show only what ships, what is its own and what holds for all; nothing else can be written there.
"""

from alembic import op

from migrations import house

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE roles ADD COLUMN company_id bigint REFERENCES companies (id),
    ADD COLUMN revision integer NOT NULL DEFAULT 1,
    DROP CONSTRAINT roles_key_key,
    ADD CONSTRAINT roles_of_a_company CHECK ((company_id IS NULL) = (key NOT LIKE 'own-%')),
    ADD CONSTRAINT roles_key UNIQUE NULLS NOT DISTINCT (company_id, key);
CREATE UNIQUE INDEX roles_name ON roles (company_id, lower(name)) NULLS NOT DISTINCT;
ALTER TABLE user_roles ADD COLUMN active boolean NOT NULL DEFAULT true;
REVOKE UPDATE ON roles FROM carillon_app, carillon_across;
GRANT UPDATE (name, description, revision, updated_at) ON roles TO carillon_app, carillon_across;
"""

# Whose role it is cannot be said by a foreign key: shipped ones belong to nobody and fit everywhere.
FITS = """
CREATE FUNCTION grant_fits_role() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made_by bigint;
BEGIN
    SELECT company_id INTO made_by FROM public.roles WHERE id = NEW.role_id;
    IF NOT FOUND OR (made_by IS NOT NULL AND made_by IS DISTINCT FROM NEW.company_id) THEN
        RAISE EXCEPTION 'This role cannot be given here.' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$
"""

HERE = f"coalesce(company_id, {house.COMPANY}) = {house.COMPANY}"
OWN_ROLE = f"coalesce(company_id, 0) = {house.COMPANY}"
ROLE_SEEN = (
    f"CASE {house.COMPANY} WHEN 0 THEN true "
    "ELSE EXISTS (SELECT 1 FROM roles WHERE roles.id = role_policies.role_id) END"
)
ROLE_OWNED = (
    "EXISTS (SELECT 1 FROM roles WHERE roles.id = role_policies.role_id "
    f"AND coalesce(roles.company_id, 0) = {house.COMPANY})"
)
GRANT_SEEN = f"CASE {house.COMPANY} WHEN 0 THEN true ELSE {HERE} END"
GRANT_OWNED = (
    f"CASE {house.COMPANY} WHEN 0 THEN true ELSE company_id = {house.COMPANY} AND "
    f"CASE {house.ALL} WHEN 'all' THEN true ELSE coalesce(customer_ids <@ {house.LISTED}, false) END END"
)
RULES = {
    "roles": (HERE, OWN_ROLE),
    "role_policies": (ROLE_SEEN, ROLE_OWNED),
    "user_roles": (GRANT_SEEN, GRANT_OWNED),
}


def upgrade() -> None:
    house.run(COLUMNS)
    house.execute(FITS)
    op.execute("REVOKE ALL ON FUNCTION grant_fits_role() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER grant_fits_role BEFORE INSERT OR UPDATE OF role_id, company_id ON user_roles "
        "FOR EACH ROW EXECUTE FUNCTION grant_fits_role()"
    )
    for table, (seen, owned) in RULES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY across ON {table} TO carillon_across USING (true) WITH CHECK (true)")
        op.execute(f"CREATE POLICY here_read ON {table} FOR SELECT TO carillon_app USING ({seen})")
        op.execute(f"CREATE POLICY here_add ON {table} FOR INSERT TO carillon_app WITH CHECK ({owned})")
        op.execute(f"CREATE POLICY here_change ON {table} FOR UPDATE TO carillon_app USING ({owned})")
        op.execute(f"CREATE POLICY here_remove ON {table} FOR DELETE TO carillon_app USING ({owned})")


def downgrade() -> None:
    """Go back to shipped roles only: who held a company's own role has it no longer."""
    op.execute("DROP TRIGGER grant_fits_role ON user_roles")
    op.execute("DROP FUNCTION grant_fits_role()")
    for table in RULES:
        for name in ("across", "here_read", "here_add", "here_change", "here_remove"):
            op.execute(f"DROP POLICY {name} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    house.run(
        """
DELETE FROM user_roles USING roles WHERE roles.id = user_roles.role_id AND roles.company_id IS NOT NULL;
DELETE FROM user_roles WHERE NOT active;
DELETE FROM roles WHERE company_id IS NOT NULL;
ALTER TABLE user_roles DROP COLUMN active;
DROP INDEX roles_name;
ALTER TABLE roles DROP CONSTRAINT roles_key, DROP CONSTRAINT roles_of_a_company, DROP COLUMN company_id,
    DROP COLUMN revision, ADD CONSTRAINT roles_key_key UNIQUE (key);
REVOKE UPDATE ON roles FROM carillon_app, carillon_across;
GRANT UPDATE ON roles TO carillon_app, carillon_across;
"""
    )
