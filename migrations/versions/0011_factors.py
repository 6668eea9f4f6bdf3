"""Passkeys, recovery codes and codes by text; what a session proved."""

from alembic import op

from migrations import house

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEY = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
OF_A_PERSON = "user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE"

# A company without a number of its own has the usual one for its kind: see domain/identity/session_lives.py.
CHANGED = """
ALTER TABLE user_sessions
    ADD COLUMN proved_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN proved_by text NOT NULL DEFAULT ''
        CHECK (proved_by IN ('', 'app', 'passkey', 'recovery', 'text')),
    ADD COLUMN idle_minutes smallint NOT NULL DEFAULT 30 CHECK (idle_minutes BETWEEN 1 AND 60);
ALTER TABLE companies
    ADD COLUMN text_codes boolean NOT NULL DEFAULT false,
    ADD COLUMN idle_minutes smallint CHECK (idle_minutes BETWEEN 5 AND 60);
ALTER TABLE users ADD COLUMN passkey_handle uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
DELETE FROM user_factors WHERE confirmed_at IS NULL;
ALTER TABLE user_factors
    DROP CONSTRAINT user_factors_kind_check,
    ADD CHECK (kind IN ('totp', 'totp_new', 'text')),
    ADD COLUMN phone_number text NOT NULL DEFAULT '',
    ADD COLUMN expires_at timestamptz;
GRANT SELECT (phone_number, expires_at), UPDATE (kind, phone_number, expires_at) ON user_factors
    TO carillon_app, carillon_across;
"""

MADE = f"""
CREATE TABLE user_passkeys ({KEY}, {OF_A_PERSON},
    name text NOT NULL CHECK (name <> ''),
    credential_id text NOT NULL UNIQUE,
    public_key text NOT NULL,
    sign_count bigint NOT NULL DEFAULT 0,
    transports text NOT NULL DEFAULT '',
    alone boolean NOT NULL DEFAULT false,
    last_used_at timestamptz, {TIMES});
CREATE INDEX user_passkeys_by_user ON user_passkeys (user_id, id);
CREATE TABLE passkey_challenges ({KEY},
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('enrol', 'sign_in', 'second', 'proof')),
    challenge text NOT NULL,
    expires_at timestamptz NOT NULL, {TIMES});
CREATE TABLE user_recovery_codes ({KEY}, {OF_A_PERSON},
    code_hash text NOT NULL,
    used_at timestamptz, {TIMES}, UNIQUE (user_id, code_hash));
CREATE TABLE user_text_codes ({KEY}, {OF_A_PERSON},
    session_id bigint NOT NULL REFERENCES user_sessions (id) ON DELETE CASCADE,
    phone_number text NOT NULL,
    secret text NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'claimed', 'sent', 'failed')),
    expires_at timestamptz NOT NULL,
    used_at timestamptz, {TIMES});
CREATE INDEX user_text_codes_by_user ON user_text_codes (user_id, id);
GRANT INSERT, DELETE, SELECT (id, user_id, used_at, created_at, updated_at),
    UPDATE (used_at, updated_at) ON user_recovery_codes TO carillon_app, carillon_across;
"""

# The app in use where there is one, else the one being set up; or the one that is asked for.
FACTOR = """
CREATE FUNCTION sign_in_factor(of_user bigint, pending boolean DEFAULT NULL, OUT factor_id bigint,
    OUT secret text, OUT totp_step bigint, OUT confirmed boolean, OUT expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.id, f.secret, f.totp_step, f.confirmed_at IS NOT NULL, f.expires_at FROM public.user_factors f
    WHERE f.user_id = of_user AND f.kind = ANY (CASE pending WHEN true THEN ARRAY['totp_new']
        WHEN false THEN ARRAY['totp'] ELSE ARRAY['totp', 'totp_new'] END)
    ORDER BY f.kind LIMIT 1
$$
"""

RECOVERY = """
CREATE FUNCTION use_recovery_code(of_user bigint, hash text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH used AS (UPDATE public.user_recovery_codes c SET used_at = now(), updated_at = now()
        WHERE c.user_id = of_user AND c.code_hash = hash AND c.used_at IS NULL RETURNING c.id)
    SELECT EXISTS (SELECT 1 FROM used)
$$
"""

FORMER_FACTOR = """
CREATE FUNCTION sign_in_factor(of_user bigint, OUT factor_id bigint, OUT secret text, OUT totp_step bigint,
    OUT confirmed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.id, f.secret, f.totp_step, f.confirmed_at IS NOT NULL FROM public.user_factors f
    WHERE f.user_id = of_user AND f.kind = 'totp'
$$
"""


def upgrade() -> None:
    house.run(CHANGED)
    house.run(MADE)
    for table in ("user_passkeys", "passkey_challenges", "user_text_codes"):
        house.global_table(table)
    house.on_trail("user_passkeys", masked="public_key", quiet="updated_at,sign_count,last_used_at")
    op.execute("DROP FUNCTION sign_in_factor(bigint)")
    _offer(FACTOR, "sign_in_factor(bigint, boolean)")
    _offer(RECOVERY, "use_recovery_code(bigint, text)")


def downgrade() -> None:
    op.execute("DROP FUNCTION use_recovery_code(bigint, text)")
    op.execute("DROP FUNCTION sign_in_factor(bigint, boolean)")
    _offer(FORMER_FACTOR, "sign_in_factor(bigint)")
    for table in ("user_text_codes", "user_recovery_codes", "passkey_challenges", "user_passkeys"):
        op.execute(f"DROP TABLE {table}")
    house.run(
        """
DELETE FROM user_factors WHERE kind <> 'totp';
REVOKE UPDATE (kind) ON user_factors FROM carillon_app, carillon_across;
ALTER TABLE user_factors DROP CONSTRAINT user_factors_kind_check, ADD CHECK (kind IN ('totp')),
    DROP COLUMN phone_number, DROP COLUMN expires_at;
ALTER TABLE users DROP COLUMN passkey_handle;
ALTER TABLE companies DROP COLUMN text_codes, DROP COLUMN idle_minutes;
ALTER TABLE user_sessions DROP COLUMN proved_at, DROP COLUMN proved_by, DROP COLUMN idle_minutes;
"""
    )


def _offer(function: str, signature: str) -> None:
    house.execute(function)
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO carillon_app")
