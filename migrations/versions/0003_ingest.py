"""One delivery of data, what people decided about it, and the records it became."""

from alembic import op

from migrations import house

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
TENANT_KEY = (
    "company_id bigint NOT NULL REFERENCES companies (id), id bigint GENERATED ALWAYS AS IDENTITY, "
    "PRIMARY KEY (company_id, id)"
)
CUSTOMER = "FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id)"

TABLES = f"""
CREATE TABLE data_ingest_stages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE, name text NOT NULL, position smallint NOT NULL, {TIMES});
INSERT INTO data_ingest_stages (key, name, position) VALUES
    ('received', 'Received', 1), ('read', 'Read', 2), ('mapped', 'Matched', 3), ('cleaned', 'Cleaned', 4),
    ('deduplicated', 'Duplicates removed', 5), ('loaded', 'Loaded', 6), ('scheduled', 'Scheduled', 7),
    ('done', 'Done', 8), ('stopped', 'Stopped', 9), ('failed', 'Failed', 10), ('undone', 'Undone', 11);
CREATE TABLE data_ingest_sources ({TENANT_KEY},
    name text NOT NULL, kind text NOT NULL CHECK (kind IN ('upload', 'terminal')),
    description text NOT NULL DEFAULT '', {TIMES}, UNIQUE (company_id, name));
CREATE TABLE company_load_maps ({TENANT_KEY},
    customer_id bigint,
    load_name text NOT NULL CHECK (load_name <> ''),
    system_name text NOT NULL DEFAULT '', system_version text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 0, {TIMES},
    UNIQUE NULLS NOT DISTINCT (company_id, customer_id, load_name), {CUSTOMER});
CREATE TABLE company_load_map_versions ({TENANT_KEY},
    load_map_id bigint NOT NULL, version integer NOT NULL,
    load_map jsonb NOT NULL,
    fingerprint text NOT NULL, header_set text NOT NULL,
    created_by bigint, {TIMES},
    UNIQUE (company_id, load_map_id, version),
    FOREIGN KEY (company_id, load_map_id) REFERENCES company_load_maps (company_id, id) ON DELETE CASCADE);
CREATE INDEX load_map_versions_by_fingerprint ON company_load_map_versions (company_id, fingerprint);
CREATE TABLE data_packets ({TENANT_KEY},
    customer_id bigint,
    data_ingest_source_id bigint NOT NULL,
    stage text NOT NULL DEFAULT 'received' REFERENCES data_ingest_stages (key),
    filename text NOT NULL, file_size bigint NOT NULL, sha256 text NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{{}}',
    reading jsonb,
    counts jsonb NOT NULL DEFAULT '{{}}',
    progress jsonb NOT NULL DEFAULT '{{}}',
    problem text NOT NULL DEFAULT '',
    load_map_id bigint, load_map_version integer,
    operation_position integer NOT NULL DEFAULT 0,
    request_key text NOT NULL DEFAULT '',
    working_until timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    created_by bigint, {TIMES}, {CUSTOMER},
    FOREIGN KEY (company_id, data_ingest_source_id) REFERENCES data_ingest_sources (company_id, id),
    FOREIGN KEY (company_id, load_map_id) REFERENCES company_load_maps (company_id, id)
        ON DELETE SET NULL (load_map_id));
CREATE INDEX data_packets_by_sha ON data_packets (company_id, sha256);
CREATE TABLE packet_operations ({TENANT_KEY},
    packet_id bigint NOT NULL, position integer NOT NULL, after_position integer NOT NULL,
    kind text NOT NULL, payload jsonb NOT NULL, user_id bigint, {TIMES},
    UNIQUE (company_id, packet_id, position),
    FOREIGN KEY (company_id, packet_id) REFERENCES data_packets (company_id, id) ON DELETE CASCADE);
CREATE TABLE log_data_packet ({TENANT_KEY},
    packet_id bigint NOT NULL,
    from_stage text NOT NULL DEFAULT '', to_stage text NOT NULL REFERENCES data_ingest_stages (key),
    counts jsonb NOT NULL DEFAULT '{{}}', reason text NOT NULL DEFAULT '',
    seconds numeric(12, 3), user_id bigint, {TIMES},
    FOREIGN KEY (company_id, packet_id) REFERENCES data_packets (company_id, id) ON DELETE CASCADE);
CREATE INDEX log_data_packet_by_packet ON log_data_packet (company_id, packet_id, id);
CREATE TABLE contact_records ({TENANT_KEY},
    customer_id bigint,
    packet_id bigint NOT NULL, row_number bigint NOT NULL,
    record_key text NOT NULL,
    data jsonb NOT NULL,
    phone text, email text,
    time_zone text NOT NULL, time_zone_origin text NOT NULL,
    event_at timestamptz, {TIMES},
    UNIQUE (company_id, record_key), {CUSTOMER},
    FOREIGN KEY (company_id, packet_id) REFERENCES data_packets (company_id, id));
CREATE INDEX contact_records_by_packet ON contact_records (company_id, packet_id, row_number);
CREATE TABLE contact_blocks ({TENANT_KEY},
    criteria jsonb NOT NULL, reason text NOT NULL DEFAULT '', {TIMES});
"""

TENANT_TABLES = (
    "data_ingest_sources company_load_maps company_load_map_versions data_packets packet_operations "
    "log_data_packet contact_records contact_blocks"
).split()


def upgrade() -> None:
    house.run(TABLES)
    house.global_table("data_ingest_stages", grant="SELECT")
    for table in TENANT_TABLES:
        house.tenant_table(table)
    house.settings_table("company_load_maps")
    house.settings_child_table("company_load_map_versions", "company_load_maps", "load_map_id")
    house.people_table("data_packets")
    house.people_table("contact_records")
    house.child_table("packet_operations", "data_packets", "packet_id")
    house.child_table("log_data_packet", "data_packets", "packet_id")
    for table in ("data_ingest_sources", "company_load_maps", "company_load_map_versions", "contact_blocks"):
        house.on_trail(table)
    house.on_trail(
        "data_packets", quiet="updated_at,reading,progress,working_until,attempts,operation_position"
    )
    house.on_trail("packet_operations")
    house.on_trail("contact_records", people=True)


def downgrade() -> None:
    for table in reversed(["data_ingest_stages", "data_ingest_sources", *TENANT_TABLES[1:]]):
        op.execute(f"DROP TABLE {table} CASCADE")
