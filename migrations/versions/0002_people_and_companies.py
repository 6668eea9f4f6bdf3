"""Companies, their customers, the people who work for them, and what they may do."""

from alembic import op

from migrations import house

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEY = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
TENANT_KEY = (
    "company_id bigint NOT NULL REFERENCES companies (id), id bigint GENERATED ALWAYS AS IDENTITY, "
    "PRIMARY KEY (company_id, id)"
)
WINDOW = (
    "window_from smallint{null} CHECK (window_from BETWEEN 0 AND 1439), "
    "window_until smallint{null} CHECK (window_until BETWEEN 1 AND 1440)"
)

GLOBAL = f"""
CREATE TABLE installation ({KEY}, environment text NOT NULL, key_check text NOT NULL, {TIMES});
CREATE TABLE companies ({KEY},
    public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    alias text NOT NULL UNIQUE CHECK (alias ~ '^[a-z][a-z0-9-]{{1,38}}[a-z0-9]$'),
    tier smallint NOT NULL DEFAULT 3 CHECK (tier BETWEEN 1 AND 3),
    kind text NOT NULL CHECK (kind IN ('health_care', 'school', 'utilities', 'commercial')),
    time_zone text NOT NULL,
    phone_number text NOT NULL DEFAULT '',
    from_phone text NOT NULL DEFAULT '',
    from_email text NOT NULL DEFAULT '',
    {WINDOW.format(null=" NOT NULL")},
    details jsonb NOT NULL DEFAULT '{{}}',
    active boolean NOT NULL DEFAULT true,
    {TIMES});
CREATE TABLE groups ({KEY}, name text NOT NULL UNIQUE, {TIMES});
CREATE TABLE company_groups ({KEY},
    group_id bigint NOT NULL REFERENCES groups (id),
    company_id bigint NOT NULL UNIQUE REFERENCES companies (id),
    master boolean NOT NULL DEFAULT false, {TIMES});
CREATE UNIQUE INDEX company_groups_one_master ON company_groups (group_id) WHERE master;
CREATE TABLE users ({KEY},
    email_address text NOT NULL UNIQUE CHECK (email_address = lower(email_address)),
    first_name text NOT NULL DEFAULT '', last_name text NOT NULL DEFAULT '',
    phone_number text NOT NULL DEFAULT '',
    time_zone text NOT NULL DEFAULT 'America/New_York',
    active boolean NOT NULL DEFAULT true,
    locked boolean NOT NULL DEFAULT false,
    login_attempts integer NOT NULL DEFAULT 0,
    {TIMES});
CREATE TABLE user_passwords ({KEY},
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    password_hash text NOT NULL, {TIMES});
CREATE INDEX user_passwords_by_user ON user_passwords (user_id, id);
CREATE TABLE user_factors ({KEY},
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('totp')),
    secret text NOT NULL,
    totp_step bigint NOT NULL DEFAULT 0,
    confirmed_at timestamptz, {TIMES},
    UNIQUE (user_id, kind));
CREATE TABLE user_sessions ({KEY},
    token_hash text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('first_factor', 'signed_in')),
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent text NOT NULL DEFAULT '', network text NOT NULL DEFAULT '',
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz, {TIMES});
CREATE INDEX user_sessions_by_user ON user_sessions (user_id, id);
CREATE TABLE throttles ({KEY}, subject text NOT NULL UNIQUE,
    failures integer NOT NULL DEFAULT 0,
    first_at timestamptz NOT NULL DEFAULT now(),
    blocked_until timestamptz NOT NULL DEFAULT now(), {TIMES});
CREATE TABLE policies ({KEY}, module text NOT NULL, function text NOT NULL, name text NOT NULL,
    description text NOT NULL DEFAULT '', {TIMES}, UNIQUE (module, function));
CREATE TABLE roles ({KEY}, key text NOT NULL UNIQUE, name text NOT NULL, description text NOT NULL DEFAULT '',
    {TIMES});
CREATE TABLE role_policies ({KEY},
    role_id bigint NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    policy_id bigint NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
    {TIMES}, UNIQUE (role_id, policy_id));
CREATE TABLE user_roles ({KEY},
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_id bigint NOT NULL REFERENCES roles (id),
    scope text NOT NULL CHECK (scope IN ('platform', 'group', 'company', 'customers')),
    group_id bigint REFERENCES groups (id),
    company_id bigint REFERENCES companies (id),
    customer_ids bigint[],
    {TIMES},
    CHECK (CASE scope
        WHEN 'platform' THEN num_nonnulls(group_id, company_id, customer_ids) = 0
        WHEN 'group' THEN group_id IS NOT NULL AND num_nonnulls(company_id, customer_ids) = 0
        WHEN 'company' THEN company_id IS NOT NULL AND num_nonnulls(group_id, customer_ids) = 0
        ELSE company_id IS NOT NULL AND group_id IS NULL AND cardinality(customer_ids) > 0 END),
    UNIQUE NULLS NOT DISTINCT (user_id, role_id, scope, group_id, company_id));
CREATE INDEX user_roles_by_company ON user_roles (company_id, user_id);
CREATE TABLE shards ({KEY}, state text NOT NULL, zip text NOT NULL DEFAULT '', name text NOT NULL,
    {TIMES}, UNIQUE (state, zip));
"""

TENANT = f"""
CREATE TABLE customers ({TENANT_KEY},
    name text NOT NULL CHECK (name <> ''),
    state text NOT NULL DEFAULT '', zip text NOT NULL DEFAULT '',
    time_zone text,
    phone_number text NOT NULL DEFAULT '',
    {WINDOW.format(null="")},
    details jsonb NOT NULL DEFAULT '{{}}',
    active boolean NOT NULL DEFAULT true, {TIMES},
    UNIQUE (company_id, name));
CREATE TABLE customer_xrefs ({TENANT_KEY},
    customer_id bigint NOT NULL,
    external_customer_id text NOT NULL CHECK (external_customer_id <> ''), {TIMES},
    UNIQUE (company_id, external_customer_id),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE CASCADE);
"""

SIGN_IN = """
CREATE FUNCTION sign_in_lookup(email text, OUT user_id bigint, OUT password_hash text,
    OUT may_sign_in boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, p.password_hash, u.active AND NOT u.locked FROM public.users u
    JOIN public.user_passwords p ON p.user_id = u.id
    WHERE u.email_address = lower(email) ORDER BY p.id DESC LIMIT 1
$$
"""

FACTOR = """
CREATE FUNCTION sign_in_factor(of_user bigint, OUT factor_id bigint, OUT secret text, OUT totp_step bigint,
    OUT confirmed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.id, f.secret, f.totp_step, f.confirmed_at IS NOT NULL FROM public.user_factors f
    WHERE f.user_id = of_user AND f.kind = 'totp'
$$
"""

# One sees oneself, and those with a grant at the current company or its group.
COLLEAGUES = f"""
CREATE POLICY colleagues ON users TO carillon_app USING (CASE
    WHEN id = nullif(current_setting('app.user_id', true), '')::bigint THEN true
    ELSE EXISTS (SELECT 1 FROM user_roles grants
        WHERE grants.user_id = users.id AND grants.company_id = {house.COMPANY}) END) WITH CHECK (true)
"""

GLOBAL_TABLES = (
    "installation companies groups company_groups policies roles role_policies user_roles shards throttles "
    "user_sessions"
).split()
ON_TRAIL = (
    "companies groups company_groups customers customer_xrefs policies roles role_policies user_roles shards"
)


def upgrade() -> None:
    house.run(GLOBAL)
    house.run(TENANT)
    for table in GLOBAL_TABLES:
        house.global_table(table)
    for table in ("customers", "customer_xrefs"):
        house.tenant_table(table)
    house.people_table("customers", column="id")
    house.people_table("customer_xrefs")
    _guard_people()
    for table in ON_TRAIL.split():
        house.on_trail(table)
    house.on_trail("users", quiet="updated_at,login_attempts")
    house.on_trail("user_passwords", masked="password_hash")
    house.on_trail("user_factors", masked="secret", quiet="updated_at,totp_step")


def _guard_people() -> None:
    """Hide strangers, and keep hashes and seeds to the two functions that sign-in uses."""
    house.run(
        """
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY across ON users TO carillon_across USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO carillon_app, carillon_across;
GRANT INSERT, DELETE, SELECT (id, user_id, created_at, updated_at) ON user_passwords
    TO carillon_app, carillon_across;
GRANT INSERT, DELETE, SELECT (id, user_id, kind, totp_step, confirmed_at, created_at, updated_at),
    UPDATE (secret, totp_step, confirmed_at, updated_at) ON user_factors TO carillon_app, carillon_across;
"""
    )
    house.execute(COLLEAGUES)
    for function, signature in ((SIGN_IN, "sign_in_lookup(text)"), (FACTOR, "sign_in_factor(bigint)")):
        house.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO carillon_app")


def downgrade() -> None:
    op.execute("DROP POLICY colleagues ON users")
    op.execute("DROP FUNCTION sign_in_lookup(text)")
    op.execute("DROP FUNCTION sign_in_factor(bigint)")
    tables = (
        "customer_xrefs customers shards user_roles role_policies roles policies throttles user_sessions "
        "user_factors user_passwords users company_groups groups companies installation"
    )
    for table in tables.split():
        op.execute(f"DROP TABLE {table}")
