"""The settings that the demo's processes get: what the user set, and our own for the rest."""

import sys
from collections.abc import Mapping
from pathlib import Path

from app.config import DEMO
from app.local.places import Places
from app.local.secrets import local_secrets
from app.local.servers import ServerUrls

OURS = (
    *("CARILLON_ENV", "DATA_DIR", "PORT", "SIMULATOR_PORT", "PUBLIC_URL"),
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_KEYS", "SENDGRID_PUBLIC_KEY"),
)


def demo_environment(
    places: Places, environ: Mapping[str, str], ports: Mapping[str, str], urls: ServerUrls
) -> dict[str, str]:
    """Return the whole environment of a demo process; what the user set keeps its value."""
    secrets = local_secrets(places.data)
    ours = {
        "PUBLIC_URL": f"http://localhost:{ports['PORT']}",
        "DATABASE_URL": urls.database_url or "",
        "REDIS_URL": urls.redis_url or "",
        "SECRET_KEY": secrets["SECRET_KEY"],
        "FIELD_KEYS": secrets["FIELD_KEYS"],
        "PYTHONUNBUFFERED": "1",
    }
    chosen = {name: value for name, value in environ.items() if value.strip()}
    fixed = {"CARILLON_ENV": DEMO, "DATA_DIR": str(places.data), **ports}
    programs = str(Path(sys.executable).parent)
    return ours | chosen | fixed | {"PATH": f"{programs}:{environ.get('PATH', '/usr/bin:/bin')}"}


def settings_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that another process needs to join the portal."""
    return {name: environment[name] for name in OURS if name in environment}
