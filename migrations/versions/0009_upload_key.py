"""A key of each upload's form, so that a file that is sent twice by one press makes one packet."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Another file, or another customer, with the key of a page gone back to is meant as another upload; so is
# the same one after the first was discarded. A file from the terminal has no key.
KEY = """
CREATE UNIQUE INDEX data_packets_by_upload ON data_packets (company_id, upload_key, sha256, customer_id)
    NULLS NOT DISTINCT WHERE upload_key IS NOT NULL AND stage <> 'stopped'
"""


def upgrade() -> None:
    op.execute("ALTER TABLE data_packets ADD COLUMN upload_key text")
    op.execute(KEY)


def downgrade() -> None:
    op.execute("ALTER TABLE data_packets DROP COLUMN upload_key")
