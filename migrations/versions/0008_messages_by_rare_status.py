"""Find the few messages that went wrong among the many that arrived, without reading them all."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Statuses that most messages pass through stay out of it: each change would be written here as well.
    op.execute(
        "CREATE INDEX messages_by_rare_status ON messages (company_id, contact_status, id) WHERE "
        "contact_status IN ('undelivered', 'failed', 'suppressed', 'cancelled', 'expired', 'unknown')"
    )


def downgrade() -> None:
    op.execute("DROP INDEX messages_by_rare_status")
