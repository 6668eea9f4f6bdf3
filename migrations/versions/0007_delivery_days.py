"""What became of each sending's messages by day, counted once a minute, so that no page counts messages."""

from alembic import op

from migrations import house

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The reason is a sentence of ours or a flag, never a provider's free text: so the table stays small.
DAYS = """
CREATE TABLE delivery_days (
    company_id bigint NOT NULL REFERENCES companies (id), id bigint GENERATED ALWAYS AS IDENTITY,
    broadcast_id bigint NOT NULL, customer_id bigint, day date NOT NULL,
    channel text NOT NULL CHECK (channel IN ('sms', 'phone', 'email')),
    status text NOT NULL, reason text NOT NULL DEFAULT '', messages bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (company_id, id),
    UNIQUE NULLS NOT DISTINCT (company_id, broadcast_id, customer_id, day, channel, status, reason),
    FOREIGN KEY (company_id, customer_id) REFERENCES customers (company_id, id),
    FOREIGN KEY (company_id, broadcast_id) REFERENCES broadcasts (company_id, id) ON DELETE CASCADE);
CREATE INDEX delivery_days_by_day ON delivery_days (company_id, day);
CREATE INDEX delivery_days_of_all ON delivery_days (day);
"""


def upgrade() -> None:
    house.run(DAYS)
    house.tenant_table("delivery_days")
    house.people_table("delivery_days")


def downgrade() -> None:
    op.execute("DROP TABLE delivery_days")
