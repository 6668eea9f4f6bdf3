"""Visits of support to a company, with their reason and their end.

A visit is read while a person is found, before any company is open, so this is no tenant table: beside the
companies one sees and changes one's own visits only, in a company those to it, and only who sees all of it.
"""

from alembic import op

from migrations import house

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

USER = "nullif(current_setting('app.user_id', true), '')::bigint"
SEEN = (
    f"CASE {house.COMPANY} WHEN 0 THEN user_id = {USER} "
    f"ELSE company_id = {house.COMPANY} AND {house.ALL} = 'all' END"
)
OWNED = (
    f"user_id = {USER} AND CASE {house.COMPANY} WHEN 0 THEN true "
    f"ELSE company_id = {house.COMPANY} AND {house.ALL} = 'all' END"
)

TABLE = """
CREATE TABLE support_visits (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    company_id bigint NOT NULL REFERENCES companies (id),
    user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_label text NOT NULL,
    session_id bigint NOT NULL REFERENCES user_sessions (id) ON DELETE CASCADE,
    reason text NOT NULL CHECK (length(reason) >= 10),
    ticket text NOT NULL DEFAULT '',
    opened_at timestamptz NOT NULL DEFAULT now(),
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    raised_at timestamptz,
    raised_reason text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT at_most_an_hour CHECK (ends_at > opened_at AND ends_at <= opened_at + interval '60 minutes'),
    CONSTRAINT raised_with_a_reason CHECK ((raised_at IS NULL) = (raised_reason = '')));
CREATE UNIQUE INDEX support_visits_one_at_a_time ON support_visits (user_id) WHERE ended_at IS NULL;
CREATE INDEX support_visits_by_company ON support_visits (company_id, id);
CREATE INDEX support_visits_by_session ON support_visits (session_id);
CREATE INDEX support_visits_by_user ON support_visits (user_id, id);
GRANT SELECT, INSERT ON support_visits TO carillon_app, carillon_across;
GRANT UPDATE (ended_at, raised_at, raised_reason, updated_at) ON support_visits
    TO carillon_app, carillon_across;
ALTER TABLE support_visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE support_visits FORCE ROW LEVEL SECURITY;
"""

# However a session ends, by its own person or by another, what was open in it is closed with it.
ENDS = """
CREATE FUNCTION end_visits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.support_visits SET ended_at = least(NEW.ended_at, ends_at), updated_at = now()
    WHERE session_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    house.run(TABLE)
    on = "ON support_visits"
    op.execute(f"CREATE POLICY visits_read {on} FOR SELECT TO carillon_app USING ({SEEN})")
    op.execute(f"CREATE POLICY visits_open {on} FOR INSERT TO carillon_app WITH CHECK ({OWNED})")
    op.execute(f"CREATE POLICY visits_change {on} FOR UPDATE TO carillon_app USING ({OWNED})")
    op.execute(f"CREATE POLICY across {on} TO carillon_across USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY sessions_look {on} FOR SELECT TO CURRENT_USER USING (true)")
    op.execute(f"CREATE POLICY sessions_end {on} FOR UPDATE TO CURRENT_USER USING (true)")
    house.on_trail("support_visits")
    house.execute(ENDS)
    op.execute("REVOKE ALL ON FUNCTION end_visits() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER end_visits AFTER UPDATE OF ended_at ON user_sessions FOR EACH ROW "
        "WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL) EXECUTE FUNCTION end_visits()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER end_visits ON user_sessions")
    op.execute("DROP FUNCTION end_visits()")
    op.execute("DROP TABLE support_visits")
