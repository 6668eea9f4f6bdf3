"""What must be true before the first request: the right database roles, environment and keys."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, Engine, text

from app.config import BadSetting, Settings

KEY_CHECK = b"carillon"


def refuse_strong_roles(*engines: Engine) -> None:
    """Raise BadSetting where a pool signs in as someone whom row-level security does not bind."""
    for engine in engines:
        with engine.connect() as connection:
            role = connection.execute(
                text(
                    "SELECT rolname, rolsuper OR rolbypassrls AS strong, EXISTS (SELECT 1 FROM pg_class "
                    "WHERE relnamespace = 'public'::regnamespace AND pg_has_role(relowner, 'MEMBER')) "
                    "AS owns FROM pg_roles WHERE rolname = current_user"
                )
            ).one()
        if role.strong or role.owns:
            raise BadSetting(
                f"The portal would sign in to PostgreSQL as “{role.rolname}”, which can see past the "
                "walls between companies. Use carillon_app (APP_DATABASE_URL) and carillon_across "
                "(ACROSS_DATABASE_URL)."
            )


def check_installation(engine: Engine, settings: Settings) -> None:
    """Mark an empty database with its environment and keys; refuse one that is marked otherwise."""
    with engine.begin() as connection:
        row = connection.execute(text("SELECT environment, key_check FROM installation LIMIT 1")).first()
        if row is None:
            _mark(connection, settings)
            return
    if row.environment != settings.env:
        raise BadSetting(
            f"This database belongs to the environment “{row.environment}”, but CARILLON_ENV is "
            f"“{settings.env}”. Use another DATABASE_URL."
        )
    try:
        _box(settings).decrypt(row.key_check.encode())
    except InvalidToken as problem:
        raise BadSetting(
            "FIELD_KEYS does not hold the key this database was made with. Put the old key back."
        ) from problem


def _mark(connection: Connection, settings: Settings) -> None:
    check = _box(settings).encrypt(KEY_CHECK).decode()
    connection.execute(
        text("INSERT INTO installation (environment, key_check) VALUES (:environment, :check)"),
        {"environment": settings.env, "check": check},
    )


def _box(settings: Settings) -> MultiFernet:
    if not settings.field_keys:
        raise BadSetting("FIELD_KEYS is not set. It holds the keys that stored secrets are encrypted with.")
    try:
        return MultiFernet([Fernet(key.encode()) for key in settings.field_keys])
    except ValueError as problem:
        raise BadSetting("FIELD_KEYS must hold Fernet keys (32 bytes, URL-safe base64).") from problem
