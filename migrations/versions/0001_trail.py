"""The trail comes first, so that nothing is ever created without it.

Rows come only from the trigger function and from trail_event, both SECURITY DEFINER with a fixed search
path, which take the actor from the transaction's settings: the application can neither forge, change nor
remove one. Statement-level triggers with transition tables keep bulk work set-based.
"""

from alembic import op

from migrations import house

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE SEQUENCE trail_id_seq;
CREATE TABLE trail (
    company_id bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    id bigint NOT NULL DEFAULT nextval('trail_id_seq'),
    user_id bigint,
    user_label text NOT NULL DEFAULT '',
    session_id text NOT NULL DEFAULT '',
    request_id text NOT NULL DEFAULT '',
    action text NOT NULL,
    table_name text NOT NULL DEFAULT '',
    entity_id bigint,
    old jsonb,
    new jsonb,
    details jsonb,
    PRIMARY KEY (company_id, at, id)
) PARTITION BY RANGE (at);
CREATE INDEX trail_by_user ON trail (company_id, user_id, at, id);
CREATE INDEX trail_by_entity ON trail (company_id, table_name, entity_id, at, id);
CREATE TABLE trail_default PARTITION OF trail DEFAULT;
ALTER TABLE trail_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE trail_default FORCE ROW LEVEL SECURITY;
CREATE POLICY writer ON trail FOR INSERT TO CURRENT_USER WITH CHECK (true);
"""

MONTHS = """
CREATE FUNCTION ensure_months(ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
    made integer := 0;
    part text;
BEGIN
    FOR step IN 0..least(greatest(ahead, 0), 36) LOOP
        part := format('trail_%s', to_char(month, 'YYYY_MM'));
        IF to_regclass('public.' || part) IS NULL THEN
            EXECUTE format('CREATE TABLE public.%I PARTITION OF public.trail FOR VALUES FROM (%L) TO (%L)',
                part, month::text || ' 00:00+00', (month + interval '1 month')::date::text || ' 00:00+00');
            EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', part);
            EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', part);
            made := made + 1;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$
"""

MASK = """
CREATE FUNCTION trail_mask(changes jsonb, masked text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (masked) AND value <> 'null'::jsonb
        THEN to_jsonb('•••'::text) ELSE value END), '{}'::jsonb)
    FROM jsonb_each(changes)
$$
"""

LABEL = """
CREATE FUNCTION trail_actor(OUT user_id bigint, OUT label text, OUT session_id text, OUT request_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    user_id := nullif(current_setting('app.user_id', true), '')::bigint;
    session_id := coalesce(current_setting('app.session_id', true), '');
    request_id := coalesce(current_setting('app.request_id', true), '');
    SELECT trim(u.first_name || ' ' || u.last_name) INTO label FROM public.users u WHERE u.id = user_id;
    label := coalesce(label, '');
END $$
"""

CHANGES = """
CREATE FUNCTION trail_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    masked text[] := string_to_array(TG_ARGV[0], ',');
    quiet text[] := string_to_array(TG_ARGV[1], ',');
    current_company bigint := nullif(current_setting('app.company_id', true), '')::bigint;
    who record;
    own_key text := CASE TG_TABLE_NAME WHEN 'companies' THEN 'id' ELSE 'company_id' END;
BEGIN
    SELECT * INTO who FROM public.trail_actor();
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.trail (company_id, user_id, user_label, session_id, request_id, action, table_name,
            entity_id, new)
        SELECT coalesce((j.row ->> own_key)::bigint, current_company, 0), who.user_id, who.label,
            who.session_id, who.request_id, 'created', TG_TABLE_NAME, (j.row ->> 'id')::bigint,
            public.trail_mask(j.row - quiet, masked)
        FROM (SELECT to_jsonb(n) AS row FROM new_rows n) j;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.trail (company_id, user_id, user_label, session_id, request_id, action, table_name,
            entity_id, old)
        SELECT coalesce((j.row ->> own_key)::bigint, current_company, 0), who.user_id, who.label,
            who.session_id, who.request_id, 'deleted', TG_TABLE_NAME, (j.row ->> 'id')::bigint,
            public.trail_mask(j.row - quiet, masked)
        FROM (SELECT to_jsonb(o) AS row FROM old_rows o) j;
    ELSE
        INSERT INTO public.trail (company_id, user_id, user_label, session_id, request_id, action, table_name,
            entity_id, old, new)
        SELECT coalesce(place.company::bigint, current_company, 0), who.user_id, who.label,
            who.session_id, who.request_id, 'changed', TG_TABLE_NAME, (j.after ->> 'id')::bigint,
            public.trail_mask(d.old, masked), public.trail_mask(d.new, masked)
        FROM (SELECT to_jsonb(o) AS before, to_jsonb(n) AS after
              FROM old_rows o JOIN new_rows n ON o.id = n.id) j
        -- A row that moves between companies is told to both.
        CROSS JOIN LATERAL (SELECT j.after ->> own_key AS company UNION SELECT j.before ->> own_key) place
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(a.key, j.before -> a.key) AS old, jsonb_object_agg(a.key, a.value) AS new
            FROM jsonb_each(j.after - quiet) a WHERE a.value IS DISTINCT FROM j.before -> a.key) d
        -- Two companies may have the same id: then each row belongs to its own before, and no row moved.
        WHERE d.new IS NOT NULL AND CASE
            WHEN j.before ->> own_key IS NOT DISTINCT FROM j.after ->> own_key THEN true
            ELSE NOT EXISTS (SELECT 1 FROM old_rows x WHERE to_jsonb(x) ->> 'id' = j.after ->> 'id'
                AND to_jsonb(x) ->> own_key IS NOT DISTINCT FROM j.after ->> own_key) END;
    END IF;
    RETURN NULL;
END $$
"""

EVENT = """
CREATE FUNCTION trail_event(action text, table_name text, entity_id bigint, details jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who record;
BEGIN
    SELECT * INTO who FROM public.trail_actor();
    INSERT INTO public.trail (company_id, user_id, user_label, session_id, request_id, action, table_name,
        entity_id, details)
    VALUES (coalesce(nullif(current_setting('app.company_id', true), '')::bigint, 0), who.user_id, who.label,
        who.session_id, who.request_id, trail_event.action, trail_event.table_name, trail_event.entity_id,
        trail_event.details);
END $$
"""

FUNCTIONS = ("trail_event(text, text, bigint, jsonb)", "ensure_months(integer)")


def upgrade() -> None:
    house.run(TABLES)
    house.tenant_table("trail", grant="SELECT")
    op.execute(
        "CREATE POLICY customers ON trail AS RESTRICTIVE FOR SELECT TO carillon_app "
        f"USING ({house.ALL} = 'all')"
    )
    for function in (MONTHS, MASK, LABEL, CHANGES, EVENT):
        house.execute(function)
    for name in (*FUNCTIONS, "trail_actor()", "trail_changes()", "trail_mask(jsonb, text[])"):
        op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
    for name in FUNCTIONS:
        op.execute(f"GRANT EXECUTE ON FUNCTION {name} TO carillon_app, carillon_across")
    op.execute("SELECT ensure_months(12)")


def downgrade() -> None:
    for name in (*FUNCTIONS, "trail_changes()", "trail_actor()", "trail_mask(jsonb, text[])"):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("DROP TABLE trail")
    op.execute("DROP SEQUENCE trail_id_seq")
