"""Typed settings read once from the environment; a bad value stops the start and names itself."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from app.errors import Problem

DEMO = "demo"
PRODUCTION = "production"
APP_ROLE = "carillon_app"
ACROSS_ROLE = "carillon_across"
WEAK_SECRETS = frozenset({"", "secret", "dev", "changeme", "change-me", "demo"})


class BadSetting(Problem):
    """A setting that cannot be used; the message names it and says what to write instead."""


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """Waits of the delivery engine, in seconds; tests shorten them."""

    lease: int = 120
    reconcile_after: int = 90
    second_look_after: int = 300
    batch: int = 500
    in_flight: int = 400


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class SendGridSettings:
    api_key: str = field(default="", repr=False)
    public_key: str = ""
    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the processes need to know about where they run."""

    env: str
    database_url: str = field(repr=False)
    app_database_url: str = field(repr=False)
    across_database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    field_keys: tuple[str, ...] = field(repr=False)
    data_dir: Path
    bind: str
    port: int
    simulator_port: int
    public_url: str
    platform_email: str
    proxy_hops: int
    trusted_hosts: tuple[str, ...]
    twilio: TwilioSettings
    sendgrid: SendGridSettings
    delivery: DeliverySettings

    @property
    def is_demo(self) -> bool:
        return self.env == DEMO

    @property
    def mail_domain(self) -> str:
        """The domain of the addresses that are ours, one of which each company may use."""
        return self.platform_email.rpartition("@")[2]

    @property
    def simulator_url(self) -> str | None:
        """The simulator's address as a person opens it; None in production."""
        return f"http://localhost:{self.simulator_port}" if self.is_demo else None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read and check all settings; raise BadSetting naming the first that cannot be used."""
        source = _Source(os.environ if environ is None else environ)
        env = source.choice("CARILLON_ENV", PRODUCTION, (DEMO, PRODUCTION))
        secret = source.text("SECRET_KEY")
        if env == PRODUCTION and (secret.lower() in WEAK_SECRETS or len(secret) < 32):
            raise BadSetting("SECRET_KEY must be a secret of at least 32 characters in production.")
        port = source.port("PORT", 8400)
        public_url = source.text("PUBLIC_URL", f"http://localhost:{port}").rstrip("/")
        owner_url = source.database("DATABASE_URL")
        settings = cls(
            env=env,
            database_url=owner_url,
            app_database_url=source.database("APP_DATABASE_URL", _as_role(owner_url, APP_ROLE, secret)),
            across_database_url=source.database(
                "ACROSS_DATABASE_URL", _as_role(owner_url, ACROSS_ROLE, secret)
            ),
            redis_url=source.text("REDIS_URL"),
            secret_key=secret,
            field_keys=tuple(source.list("FIELD_KEYS")),
            data_dir=Path(source.text("DATA_DIR", "var")).resolve(),
            bind=source.text("BIND", "127.0.0.1"),
            port=port,
            simulator_port=source.port("SIMULATOR_PORT", 8401),
            public_url=public_url,
            platform_email=source.text("PLATFORM_EMAIL", _own_address(env, public_url)),
            proxy_hops=source.number("PROXY_HOPS", 0),
            trusted_hosts=tuple(source.list("TRUSTED_HOSTS")),
            twilio=_twilio(source, env),
            sendgrid=_sendgrid(source, env),
            delivery=_delivery(source),
        )
        _check_together(settings)
        return settings


class _Source:
    """Reads single values and names the setting in every complaint."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environ.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise BadSetting(f"{name} is not set. Set it in the environment, or use `make run` for a demo.")
        return default

    def database(self, name: str, default: str | None = None) -> str:
        """Return a PostgreSQL URL that names the driver SQLAlchemy is to use."""
        scheme, separator, rest = self.text(name, default).partition("://")
        if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
            raise BadSetting(f"{name} must begin with postgresql:// : Carillon runs on PostgreSQL only.")
        return f"postgresql+psycopg://{rest}"

    def list(self, name: str) -> list[str]:
        return [part.strip() for part in self._environ.get(name, "").split(",") if part.strip()]

    def number(self, name: str, default: int) -> int:
        value = self._environ.get(name, "").strip() or str(default)
        if not value.isascii() or not value.isdigit():
            raise BadSetting(f"{name} is {value!r}, but must be a whole number.")
        return int(value)

    def port(self, name: str, default: int) -> int:
        value = self.number(name, default)
        if not 1 <= value <= 65535:
            raise BadSetting(f"{name} is {value}, but a port lies between 1 and 65535.")
        return value

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self._environ.get(name, "").strip() or default
        if value not in allowed:
            raise BadSetting(f"{name} is {value!r}, but must be one of {', '.join(allowed)}.")
        return value


def role_password(secret_key: str, role: str) -> str:
    """Derive a database role's password from SECRET_KEY, so that migrating and connecting agree."""
    return hmac.new(secret_key.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def _as_role(owner_url: str, role: str, secret_key: str) -> str:
    """Return the owner's URL with another role and its derived password."""
    parts = urlsplit(owner_url)
    host = parts.netloc.rpartition("@")[2]
    login = f"{role}:{quote(role_password(secret_key, role))}"
    return urlunsplit(parts._replace(netloc=f"{login}@{host}"))


def _own_address(env: str, public_url: str) -> str:
    """Return the address that the portal's own mails come from where none is set."""
    host = "carillon.example" if env == DEMO else urlsplit(public_url).hostname
    return f"no-reply@{host}"


def _twilio(source: _Source, env: str) -> TwilioSettings:
    if env == DEMO:
        if source.text("TWILIO_AUTH_TOKEN", ""):
            raise BadSetting("TWILIO_AUTH_TOKEN is set, but the demo sends to the simulator only. Unset it.")
        port = source.port("SIMULATOR_PORT", 8401)
        token = role_password(source.text("SECRET_KEY"), "simulator twilio")[:32]
        return TwilioSettings("AC" + "c" * 32, token, f"http://127.0.0.1:{port}")
    return TwilioSettings(source.text("TWILIO_ACCOUNT_SID", ""), source.text("TWILIO_AUTH_TOKEN", ""))


def _sendgrid(source: _Source, env: str) -> SendGridSettings:
    if env == DEMO:
        if source.text("SENDGRID_API_KEY", ""):
            raise BadSetting("SENDGRID_API_KEY is set, but the demo sends to the simulator only. Unset it.")
        port = source.port("SIMULATOR_PORT", 8401)
        key = "SG." + role_password(source.text("SECRET_KEY"), "simulator sendgrid")
        return SendGridSettings(key, source.text("SENDGRID_PUBLIC_KEY", ""), f"http://127.0.0.1:{port}")
    return SendGridSettings(source.text("SENDGRID_API_KEY", ""), source.text("SENDGRID_PUBLIC_KEY", ""))


def _delivery(source: _Source) -> DeliverySettings:
    default = DeliverySettings()
    return DeliverySettings(
        lease=source.number("DELIVERY_LEASE", default.lease),
        reconcile_after=source.number("DELIVERY_RECONCILE_AFTER", default.reconcile_after),
        second_look_after=source.number("DELIVERY_SECOND_LOOK_AFTER", default.second_look_after),
        batch=source.number("DELIVERY_BATCH", default.batch),
        in_flight=source.number("DELIVERY_IN_FLIGHT", default.in_flight),
    )


def _check_together(settings: Settings) -> None:
    """Refuse combinations that no single value shows."""
    loopback = {"127.0.0.1", "::1", "localhost"}
    if settings.is_demo and settings.bind not in loopback:
        raise BadSetting("BIND must be a loopback address in the demo: its sign-in codes are shown openly.")
    if not settings.is_demo and not settings.public_url.startswith("https://"):
        raise BadSetting("PUBLIC_URL must begin with https:// in production.")
    if not settings.is_demo and not settings.trusted_hosts:
        raise BadSetting("TRUSTED_HOSTS must name the host people use in production.")
