"""How migrations run: as the owner, one command at a time, with a lock and a lock timeout."""

import os

from alembic import context
from sqlalchemy import create_engine, text

from app import models
from app.config import Settings

LOCK = 7_241_846


def main() -> None:
    """Run the asked-for migrations in one transaction."""
    url = (
        context.config.get_main_option("sqlalchemy.url") or Settings.from_environment(os.environ).database_url
    )
    engine = create_engine(url.replace("%%", "%"))
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL lock_timeout = '30s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        context.configure(
            connection=connection, target_metadata=models.metadata, transaction_per_migration=False
        )
        context.run_migrations()
        if connection.dialect.has_table(connection, "trail"):
            connection.execute(text("GRANT SELECT ON alembic_version TO carillon_app, carillon_across"))
    engine.dispose()


main()
