"""The demo's secrets, made once and kept readable for their owner alone."""

import base64
import os
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD", "OWNER_PASSWORD")


def local_secrets(data_dir: Path) -> dict[str, str]:
    """Return the secrets of a data folder by name, making those that are missing.

    SECRET_KEY signs and derives, FIELD_KEYS (32 bytes in URL-safe base64) encrypt single fields,
    POSTGRES_PASSWORD and OWNER_PASSWORD open the embedded PostgreSQL as superuser and as schema owner.
    """
    path = data_dir / "secrets"
    known = _read(path)
    missing = {name: _new(name) for name in NAMES if name not in known}
    if missing:
        _write(path, known | missing)
    return known | missing


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def _new(name: str) -> str:
    if name == "FIELD_KEYS":
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(36)


def _write(path: Path, values: dict[str, str]) -> None:
    """Write beside and rename, so that a full disk or a power cut never leaves half a key."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write("".join(f"{name}={value}\n" for name, value in values.items()))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
