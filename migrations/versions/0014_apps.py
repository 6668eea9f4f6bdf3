"""The programs that call for a company, and their keys."""

from alembic import op

from migrations import house

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEY = "company_id bigint NOT NULL REFERENCES companies (id), id bigint GENERATED ALWAYS AS IDENTITY"
OF_AN_APP = (
    "FOREIGN KEY (company_id, company_app_id) REFERENCES company_apps (company_id, id) ON DELETE CASCADE"
)

# `limited` and not the mere rows: should a customer ever vanish, the app sees nothing and not everything.
TABLES = f"""
CREATE TABLE company_apps ({KEY},
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL DEFAULT '',
    limited boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true, {TIMES},
    PRIMARY KEY (company_id, id));
CREATE UNIQUE INDEX company_apps_by_name ON company_apps (company_id, lower(name));
CREATE TABLE company_app_restrictions ({KEY},
    company_app_id bigint NOT NULL,
    customer_id bigint NOT NULL, {TIMES},
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, company_app_id, customer_id),
    {OF_AN_APP},
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id) ON DELETE CASCADE);
CREATE TABLE company_api_keys ({KEY},
    company_app_id bigint NOT NULL,
    api_id text NOT NULL CHECK (api_id ~ '^[0-9a-f]{{24}}$'),
    key_hash text NOT NULL CHECK (key_hash ~ '^[0-9a-f]{{64}}$'),
    name text NOT NULL CHECK (name <> ''),
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    networks text[] NOT NULL DEFAULT '{{}}',
    created_by bigint REFERENCES users (id),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    last_network text NOT NULL DEFAULT '',
    revoked_at timestamptz, {TIMES},
    PRIMARY KEY (company_id, id),
    UNIQUE (company_id, api_id),
    CHECK (expires_at > created_at AND expires_at <= created_at + interval '366 days'),
    {OF_AN_APP});
CREATE INDEX company_api_keys_by_app ON company_api_keys (company_id, company_app_id, id);
CREATE INDEX company_api_keys_by_api_id ON company_api_keys (api_id);
"""

# The hash is written once and read by the lookup alone.
KEY_RIGHTS = """
GRANT SELECT (company_id, id, company_app_id, api_id, name, scopes, networks, created_by, expires_at,
    last_used_at, last_network, revoked_at, created_at, updated_at),
    UPDATE (revoked_at, last_used_at, last_network, updated_at)
    ON company_api_keys TO carillon_app, carillon_across
"""

# A key is presented before any company is known: what it says of itself, and nothing of anybody else's.
LOOKUP = """
CREATE FUNCTION api_key_lookup(presented text, OUT company_id bigint, OUT alias text, OUT company_name text,
    OUT app_id bigint, OUT app_name text, OUT key_id bigint, OUT key_name text, OUT key_hash text,
    OUT scopes text[], OUT networks text[], OUT customer_ids bigint[], OUT expires_at timestamptz,
    OUT revoked boolean, OUT active boolean, OUT last_used_at timestamptz, OUT last_network text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.id, c.alias, c.name, a.id, a.name, k.id, k.name, k.key_hash, k.scopes, k.networks,
        CASE WHEN a.limited THEN reach.ids END, k.expires_at, k.revoked_at IS NOT NULL,
        c.active AND a.active AND CASE WHEN a.limited THEN cardinality(reach.ids) > 0 ELSE true END,
        k.last_used_at, k.last_network
    FROM public.company_api_keys k
    JOIN public.companies c ON c.id = k.company_id
    JOIN public.company_apps a ON a.company_id = k.company_id AND a.id = k.company_app_id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(u.id ORDER BY u.id), '{}') AS ids FROM public.company_app_restrictions r
        JOIN public.customers u ON u.company_id = r.company_id AND u.id = r.customer_id AND u.active
        WHERE r.company_id = a.company_id AND r.company_app_id = a.id) reach
    WHERE k.api_id = presented LIMIT 1
$$
"""

# Who acts may now be a program: its door says so as the session `app:<number>`.
ACTOR = """
CREATE OR REPLACE FUNCTION trail_actor(OUT user_id bigint, OUT label text, OUT session_id text,
    OUT request_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    user_id := nullif(current_setting('app.user_id', true), '')::bigint;
    session_id := coalesce(current_setting('app.session_id', true), '');
    request_id := coalesce(current_setting('app.request_id', true), '');
    IF user_id IS NOT NULL THEN
        SELECT trim(u.first_name || ' ' || u.last_name) INTO label FROM public.users u WHERE u.id = user_id;
    ELSIF session_id ~ '^app:[0-9]{1,18}$' THEN
        SELECT a.name || ' (app)' INTO label FROM public.company_apps a
        WHERE a.company_id = nullif(current_setting('app.company_id', true), '')::bigint
            AND a.id = substr(session_id, 5)::bigint;
    END IF;
    label := coalesce(label, '');
END $$
"""

FORMER_ACTOR = """
CREATE OR REPLACE FUNCTION trail_actor(OUT user_id bigint, OUT label text, OUT session_id text,
    OUT request_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    user_id := nullif(current_setting('app.user_id', true), '')::bigint;
    session_id := coalesce(current_setting('app.session_id', true), '');
    request_id := coalesce(current_setting('app.request_id', true), '');
    SELECT trim(u.first_name || ' ' || u.last_name) INTO label FROM public.users u WHERE u.id = user_id;
    label := coalesce(label, '');
END $$
"""

ALL_TABLES = ("company_apps", "company_app_restrictions", "company_api_keys")


def upgrade() -> None:
    house.run(TABLES)
    for table in ALL_TABLES[:2]:
        house.tenant_table(table)
    house.tenant_table("company_api_keys", grant="INSERT, DELETE")
    house.execute(KEY_RIGHTS)
    for table in ALL_TABLES:
        op.execute(
            f"CREATE POLICY customers ON {table} AS RESTRICTIVE TO carillon_app USING ({house.ALL} = 'all')"
        )
        op.execute(f"CREATE POLICY keys_look ON {table} FOR SELECT TO CURRENT_USER USING (true)")
    house.on_trail("company_apps")
    house.on_trail("company_app_restrictions")
    house.on_trail("company_api_keys", masked="key_hash", quiet="updated_at,last_used_at,last_network")
    house.execute(LOOKUP)
    op.execute("REVOKE ALL ON FUNCTION api_key_lookup(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION api_key_lookup(text) TO carillon_app")
    house.execute(ACTOR)


def downgrade() -> None:
    house.execute(FORMER_ACTOR)
    op.execute("DROP FUNCTION api_key_lookup(text)")
    for table in reversed(ALL_TABLES):
        op.execute(f"DROP TABLE {table}")
