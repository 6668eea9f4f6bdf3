"""The wording: templates of a company or one customer, their immutable versions, and those we provide."""

from alembic import op

from migrations import house

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIMES = "created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()"
KEY = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
TENANT_KEY = (
    "company_id bigint NOT NULL REFERENCES companies (id), id bigint GENERATED ALWAYS AS IDENTITY, "
    "PRIMARY KEY (company_id, id)"
)
PURPOSE = (
    "purpose text NOT NULL DEFAULT 'message' CHECK (purpose IN ('message', 'confirmation', 'auto_response'))"
)
CATEGORY = (
    "category text NOT NULL DEFAULT 'informational' "
    "CHECK (category IN ('emergency', 'transactional', 'informational', 'marketing'))"
)
WORDING = (
    "channel text NOT NULL CHECK (channel IN ('sms', 'phone', 'email')), version integer NOT NULL, "
    "subject text NOT NULL DEFAULT '', body text NOT NULL, note text NOT NULL DEFAULT '', published_by bigint"
)

TABLES = f"""
CREATE TABLE global_templates ({KEY}, name text NOT NULL UNIQUE, type text NOT NULL,
    {PURPOSE}, {CATEGORY}, {TIMES});
CREATE TABLE global_template_versions ({KEY},
    template_id bigint NOT NULL REFERENCES global_templates (id) ON DELETE CASCADE, {WORDING}, {TIMES},
    UNIQUE (template_id, channel, version));
CREATE TABLE templates ({TENANT_KEY},
    customer_id bigint, name text NOT NULL CHECK (name <> ''), {PURPOSE}, {CATEGORY},
    global_template_id bigint REFERENCES global_templates (id),
    archived_at timestamptz, {TIMES},
    UNIQUE NULLS NOT DISTINCT (company_id, customer_id, name),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id));
CREATE TABLE template_versions ({TENANT_KEY},
    template_id bigint NOT NULL, {WORDING}, {TIMES},
    UNIQUE (company_id, template_id, channel, version),
    FOREIGN KEY (company_id, template_id) REFERENCES templates (company_id, id) ON DELETE CASCADE);
"""


def upgrade() -> None:
    house.run(TABLES)
    for table in ("global_templates", "global_template_versions"):
        house.global_table(table)
    for table in ("templates", "template_versions"):
        house.tenant_table(table)
    house.settings_table("templates")
    house.settings_child_table("template_versions", "templates", "template_id")
    for table in ("global_templates", "global_template_versions", "templates", "template_versions"):
        house.on_trail(table)


def downgrade() -> None:
    for table in ("template_versions", "templates", "global_template_versions", "global_templates"):
        op.execute(f"DROP TABLE {table}")
