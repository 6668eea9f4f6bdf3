"""How a person likes to look at the portal, and the way to the newest replies."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE users "
        "ADD COLUMN theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')), "
        "ADD COLUMN density text NOT NULL DEFAULT 'comfortable' "
        "CHECK (density IN ('comfortable', 'compact')), "
        "ADD COLUMN shortcuts boolean NOT NULL DEFAULT true"
    )
    op.execute(
        "CREATE INDEX message_updates_replies ON message_updates (company_id, id) WHERE kind = 'reply'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX message_updates_replies")
    op.execute("ALTER TABLE users DROP COLUMN theme, DROP COLUMN density, DROP COLUMN shortcuts")
