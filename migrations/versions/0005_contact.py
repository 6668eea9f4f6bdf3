"""Broadcasts, the messages they become, the queue they wait in, and what the providers say of them."""

from alembic import op

from migrations import house

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEY = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
TENANT_KEY = (
    "company_id bigint NOT NULL REFERENCES companies (id), id bigint GENERATED ALWAYS AS IDENTITY, "
    "PRIMARY KEY (company_id, id)"
)
CUSTOMER = "FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)"

WORDS = f"""
CREATE TABLE contact_methods ({KEY}, key text NOT NULL UNIQUE, name text NOT NULL, {TIMES});
INSERT INTO contact_methods (key, name) VALUES ('sms', 'Text'), ('phone', 'Phone call'), ('email', 'E-mail');
CREATE TABLE contact_statuses ({KEY}, key text NOT NULL UNIQUE, name text NOT NULL, rank smallint NOT NULL,
    final boolean NOT NULL, {TIMES});
INSERT INTO contact_statuses (key, name, rank, final) VALUES
    ('planned', 'Planned', 0, false), ('queued', 'Waiting to go out', 1, false),
    ('claimed', 'Going out', 2, false), ('unknown', 'Unknown', 3, false),
    ('suppressed', 'Held back', 3, true), ('cancelled', 'Cancelled', 3, true),
    ('expired', 'Expired', 3, true), ('accepted', 'Accepted', 4, false), ('sent', 'Sent', 5, false),
    ('undelivered', 'Not delivered', 6, true), ('failed', 'Failed', 6, true),
    ('delivered', 'Delivered', 7, true);
CREATE TABLE flags ({KEY}, flag text NOT NULL UNIQUE, description text NOT NULL, {TIMES});
INSERT INTO flags (flag, description) VALUES
    ('moved_into_window', 'Moved into the hours in which this person may be contacted'),
    ('opted_out', 'The person asked not to be contacted this way'),
    ('blocked', 'A rule of the company says never to contact this person'),
    ('no_address', 'There is no usable number or address for this channel'),
    ('window_missed', 'The hours in which this person may be contacted ended before the event');
"""

METHODS = "('sms', 'phone', 'email')"
STATUSES = (
    "('planned', 'queued', 'claimed', 'unknown', 'suppressed', 'cancelled', 'expired', 'accepted', 'sent', "
    "'undelivered', 'failed', 'delivered')"
)
FLAGS = "('moved_into_window', 'opted_out', 'blocked', 'no_address', 'window_missed')"

# Words on messages are checked and not looked up: a foreign key for each would be asked at every change of
# status. Statuses stand in no index, so that most changes stay on the row's own page (hence the fill factor).
PLANNED = f"""
CREATE TABLE broadcasts ({TENANT_KEY},
    customer_id bigint, template_id bigint NOT NULL, packet_id bigint,
    name text NOT NULL, audience jsonb NOT NULL DEFAULT '{{}}', channels text[] NOT NULL,
    state text NOT NULL DEFAULT 'scheduled'
        CHECK (state IN ('scheduled', 'planning', 'sending', 'done', 'paused', 'cancelled')),
    send_at timestamptz NOT NULL, counts jsonb NOT NULL DEFAULT '{{}}',
    planned_to bigint NOT NULL DEFAULT 0, planned_at timestamptz,
    request_key text NOT NULL, created_by bigint, {TIMES},
    UNIQUE (company_id, request_key), {CUSTOMER},
    FOREIGN KEY (company_id, template_id) REFERENCES templates (company_id, id),
    FOREIGN KEY (company_id, packet_id) REFERENCES data_packets (company_id, id));
CREATE INDEX broadcasts_waiting ON broadcasts (company_id, send_at) WHERE state IN ('scheduled', 'planning');
CREATE TABLE messages ({TENANT_KEY},
    customer_id bigint, record_id bigint NOT NULL, broadcast_id bigint NOT NULL,
    step smallint NOT NULL DEFAULT 1,
    contact_method text NOT NULL CHECK (contact_method IN {METHODS}),
    template_version_id bigint NOT NULL,
    data jsonb NOT NULL, to_address text NOT NULL,
    priority smallint NOT NULL, contact_date timestamptz NOT NULL,
    contact_status text NOT NULL DEFAULT 'planned' CHECK (contact_status IN {STATUSES}),
    contact_status_description text NOT NULL DEFAULT '',
    flag text CHECK (flag IN {FLAGS}),
    queued_at timestamptz, processed timestamptz, raw_response text,
    attempt_id uuid, attempts smallint NOT NULL DEFAULT 0, provider_id text, segments smallint,
    body text, {TIMES},
    UNIQUE NULLS NOT DISTINCT (company_id, record_id, broadcast_id, step, contact_method), {CUSTOMER},
    FOREIGN KEY (company_id, record_id) REFERENCES contact_records (company_id, id),
    FOREIGN KEY (company_id, broadcast_id) REFERENCES broadcasts (company_id, id),
    FOREIGN KEY (company_id, template_version_id) REFERENCES template_versions (company_id, id))
    WITH (fillfactor = 70);
CREATE INDEX messages_by_broadcast ON messages (company_id, broadcast_id, id);
CREATE INDEX messages_due ON messages (company_id, broadcast_id, contact_date)
    WHERE queued_at IS NULL AND processed IS NULL;
CREATE INDEX messages_open ON messages (company_id, broadcast_id) WHERE processed IS NULL;
CREATE INDEX messages_by_address ON messages (company_id, to_address, id);
"""

SENDING = f"""
CREATE TABLE lanes ({TENANT_KEY},
    shard text NOT NULL DEFAULT '', channel text NOT NULL REFERENCES contact_methods (key),
    priority smallint NOT NULL, paused_reason text NOT NULL DEFAULT '', paused_until timestamptz,
    served_at timestamptz NOT NULL DEFAULT now(), {TIMES},
    UNIQUE (company_id, shard, channel, priority));
CREATE SEQUENCE queue_id_seq;
CREATE TABLE queue (
    company_id bigint NOT NULL, id bigint NOT NULL DEFAULT nextval('queue_id_seq'), channel text NOT NULL,
    message_id bigint NOT NULL, lane_id bigint NOT NULL, customer_id bigint,
    from_address text NOT NULL, to_address text NOT NULL, reply_to text,
    message_data jsonb NOT NULL, contact_date timestamptz NOT NULL, priority smallint NOT NULL,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'claimed', 'unknown')),
    attempt_id uuid, attempts smallint NOT NULL DEFAULT 0, claimed_at timestamptz, lease_until timestamptz,
    looks smallint NOT NULL DEFAULT 0, available_at timestamptz NOT NULL DEFAULT now(), {TIMES},
    PRIMARY KEY (company_id, channel, id),
    UNIQUE (company_id, channel, message_id),
    FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, lane_id) REFERENCES lanes (company_id, id)
) PARTITION BY LIST (channel);
CREATE TABLE sms_queue PARTITION OF queue FOR VALUES IN ('sms');
CREATE TABLE phone_queue PARTITION OF queue FOR VALUES IN ('phone');
CREATE TABLE email_queue PARTITION OF queue FOR VALUES IN ('email');
CREATE TABLE queue_default PARTITION OF queue DEFAULT;
CREATE INDEX queue_waiting ON queue (company_id, lane_id, available_at, id) WHERE state = 'queued';
CREATE INDEX queue_leased ON queue (company_id, lease_until) WHERE state <> 'queued';
CREATE TABLE message_updates ({TENANT_KEY},
    message_id bigint, customer_id bigint,
    contact_method text NOT NULL CHECK (contact_method IN {METHODS}),
    provider text NOT NULL, event_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('status', 'reply')),
    attempt_token text, status jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(), applied_at timestamptz, {TIMES},
    UNIQUE (company_id, provider, event_id),
    FOREIGN KEY (company_id, message_id) REFERENCES messages (company_id, id));
CREATE INDEX message_updates_waiting ON message_updates (company_id, id) WHERE applied_at IS NULL;
CREATE INDEX message_updates_by_message ON message_updates (company_id, message_id, id);
CREATE TABLE refused_callbacks ({TENANT_KEY}, provider text NOT NULL, day date NOT NULL,
    refused bigint NOT NULL DEFAULT 0, {TIMES}, UNIQUE (company_id, provider, day));
CREATE TABLE opt_outs ({TENANT_KEY},
    channel text NOT NULL REFERENCES contact_methods (key), address text NOT NULL,
    category text NOT NULL DEFAULT 'all', source text NOT NULL, {TIMES},
    UNIQUE (company_id, channel, address, category));
CREATE TABLE consent_events ({TENANT_KEY},
    channel text NOT NULL REFERENCES contact_methods (key), address text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('opted_out', 'opted_in')), source text NOT NULL,
    message_update_id bigint, said text NOT NULL DEFAULT '', {TIMES},
    FOREIGN KEY (company_id, message_update_id) REFERENCES message_updates (company_id, id)
        ON DELETE SET NULL (message_update_id));
"""

# A planner that counts companies believes a new one to have no rows, and then loops over all it has (40 times
# slower, measured). Without those counts it takes every company for one of two hundred, and looks up by key.
UNCOUNTED = "contact_records messages message_updates queue sms_queue phone_queue email_queue".split()

TENANT_TABLES = (
    "broadcasts messages lanes queue message_updates refused_callbacks opt_outs consent_events"
).split()


def upgrade() -> None:
    for script in (WORDS, PLANNED, SENDING):
        house.run(script)
    for table in ("contact_methods", "contact_statuses", "flags"):
        house.global_table(table, grant="SELECT")
    for table in TENANT_TABLES:
        house.tenant_table(table)
    for table in ("broadcasts", "messages", "queue", "message_updates"):
        house.people_table(table)
    for table in UNCOUNTED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN company_id SET STATISTICS 0")
    for partition in ("sms_queue", "phone_queue", "email_queue", "queue_default"):
        op.execute(f"ALTER TABLE {partition} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {partition} FORCE ROW LEVEL SECURITY")
    for table in UNCOUNTED:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN company_id SET STATISTICS 0")
    for partition in ("sms_queue", "phone_queue", "email_queue"):
        op.execute(f"ALTER TABLE {partition} SET (autovacuum_vacuum_scale_factor = 0.02)")
    op.execute("GRANT USAGE ON SEQUENCE queue_id_seq TO carillon_app, carillon_across")
    house.on_trail("broadcasts", quiet="updated_at,counts,planned_to,planned_at")
    house.on_trail("opt_outs")
    house.on_trail("consent_events")
    house.on_trail("messages", people=True, masked="body,data", quiet="updated_at")


def downgrade() -> None:
    for table in reversed(["contact_methods", "contact_statuses", "flags", *TENANT_TABLES]):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE queue_id_seq")
    op.execute("ALTER TABLE contact_records ALTER COLUMN company_id SET STATISTICS -1")
