"""Invitations, resets and notices that go to people who sign in."""

from alembic import op

from migrations import house

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEY = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
PERSON = "bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE"

TABLES = f"""
CREATE TABLE account_links ({KEY},
    token_hash text NOT NULL UNIQUE,
    user_id {PERSON},
    kind text NOT NULL CHECK (kind IN ('invitation', 'reset', 'email_change', 'stop_factor_reset')),
    email_address text NOT NULL DEFAULT '' CHECK ((email_address <> '') = (kind = 'email_change')),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    made_by bigint REFERENCES users (id), {TIMES});
CREATE INDEX account_links_by_user ON account_links (user_id, kind);
CREATE TABLE account_mails ({KEY},
    token text NOT NULL UNIQUE,
    kind text NOT NULL,
    to_address text NOT NULL,
    user_id bigint REFERENCES users (id) ON DELETE CASCADE,
    sealed text,
    state text NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'claimed', 'sent', 'failed', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    available_at timestamptz NOT NULL DEFAULT now(),
    problem text NOT NULL DEFAULT '',
    CHECK (state IN ('waiting', 'claimed') OR sealed IS NULL), {TIMES});
CREATE INDEX account_mails_to_send ON account_mails (available_at) WHERE state IN ('waiting', 'claimed');
CREATE TABLE factor_resets ({KEY},
    user_id {PERSON},
    asked_by bigint REFERENCES users (id),
    reason text NOT NULL CHECK (reason <> ''),
    takes_effect_at timestamptz NOT NULL,
    stopped_at timestamptz,
    done_at timestamptz, {TIMES});
CREATE INDEX factor_resets_open ON factor_resets (takes_effect_at)
    WHERE stopped_at IS NULL AND done_at IS NULL;
"""

DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$"

# A person of any company, to write to them or to know that they exist; never a hash.
ACCOUNT_LOOKUP = f"""
CREATE FUNCTION account_lookup(email text, of_user bigint, OUT user_id bigint, OUT email_address text,
    OUT first_name text, OUT last_name text, OUT may_sign_in boolean, OUT has_password boolean)
LANGUAGE sql STABLE {DEFINER}
    SELECT u.id, u.email_address, u.first_name, u.last_name, u.active AND NOT u.locked,
        EXISTS (SELECT 1 FROM public.user_passwords p WHERE p.user_id = u.id)
    FROM public.users u WHERE u.id = of_user
        OR (of_user IS NULL AND u.email_address = lower(email)) LIMIT 1
$$
"""

# A company's administrator cannot see the row they add until it has a grant; this hands back its id.
INVITE_PERSON = f"""
CREATE FUNCTION invite_person(email text, first text, last text) RETURNS bigint
LANGUAGE sql VOLATILE {DEFINER}
    INSERT INTO public.users (email_address, first_name, last_name, time_zone)
    VALUES (lower(email), first, last, '')
    ON CONFLICT (email_address) DO UPDATE SET email_address = EXCLUDED.email_address RETURNING id
$$
"""

PASSWORD_HISTORY = f"""
CREATE FUNCTION password_history(of_user bigint, newest integer) RETURNS SETOF text
LANGUAGE sql STABLE {DEFINER}
    SELECT p.password_hash FROM public.user_passwords p WHERE p.user_id = of_user
    ORDER BY p.id DESC LIMIT newest
$$
"""

# The same statement whether there is such an account or not, so that its time tells nothing.
COUNT_FAILURE = f"""
CREATE FUNCTION count_failed_sign_in(email text) RETURNS void
LANGUAGE sql VOLATILE {DEFINER}
    UPDATE public.users SET login_attempts = login_attempts + 1 WHERE email_address = lower(email)
$$
"""

FUNCTIONS = {
    "account_lookup(text, bigint)": ACCOUNT_LOOKUP,
    "invite_person(text, text, text)": INVITE_PERSON,
    "password_history(bigint, integer)": PASSWORD_HISTORY,
    "count_failed_sign_in(text)": COUNT_FAILURE,
}


def upgrade() -> None:
    house.run(TABLES)
    for table in ("account_links", "factor_resets"):
        house.global_table(table)
    # The portal puts mails in and reads none of them back; the job that sends them looks across companies.
    op.execute("GRANT INSERT, SELECT (id) ON account_mails TO carillon_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON account_mails TO carillon_across")
    # Password hashes are renewed at sign-in when their cost has changed.
    op.execute("GRANT UPDATE (password_hash, updated_at) ON user_passwords TO carillon_app, carillon_across")
    for signature, function in FUNCTIONS.items():
        house.execute(function)
        op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO carillon_app, carillon_across")
    house.on_trail("account_links", masked="token_hash")
    house.on_trail("factor_resets")


def downgrade() -> None:
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION {signature}")
    op.execute(
        "REVOKE UPDATE (password_hash, updated_at) ON user_passwords FROM carillon_app, carillon_across"
    )
    for table in ("factor_resets", "account_mails", "account_links"):
        op.execute(f"DROP TABLE {table}")
