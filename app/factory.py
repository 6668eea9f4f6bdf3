"""Builds the portal: a contents page of what it is made of."""

from pathlib import Path

from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.middleware.proxy_fix import ProxyFix

from app import blueprints, logs, queue, startup, unit_of_work
from app.config import Settings
from app.domain.identity import account_mails
from app.domain.ingest import store
from app.extensions import csrf, db, htmx, login, migrate

POOL = {"pool_size": 5, "max_overflow": 10, "pool_pre_ping": True, "pool_timeout": 10}
MIGRATIONS = str(Path(__file__).resolve().parent.parent / "migrations")


def create_app(settings: Settings | None = None) -> Flask:
    """Build the portal: settings, database, queue, extensions, doors.

    Raises BadSetting, naming the setting, where it may not start.
    """
    logs.set_up()
    settings = settings or Settings.from_environment()
    app = Flask("app", static_folder=None)  # blueprints/assets.py serves the files, under a mark
    app.config.update(_flask_config(settings))
    app.extensions["settings"] = settings
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=0
    )
    db.init_app(app)
    migrate.init_app(app, db, directory=MIGRATIONS)
    htmx.init_app(app)
    login.init_app(app)
    _connect(app, settings)
    blueprints.register(app)
    csrf.init_app(app)  # after the doors: what it refuses is a request that has a name and a page already
    return app


def _connect(app: Flask, settings: Settings) -> None:
    with app.app_context():
        own, across = db.engine, db.engines["across"]
    startup.refuse_strong_roles(own, across)
    startup.check_installation(own, settings)
    unit_of_work.bind_engines(own, across)
    store.bind_files(settings.data_dir / "files")
    account_mails.bind_keys(settings.field_keys)
    queue.bind_redis(_redis(settings.redis_url))


def _redis(url: str) -> Redis:
    """Connect to Redis, trying once again at once: a dead one must not keep a page waiting."""
    again = Retry(NoBackoff(), 1)
    return Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1, retry=again)


def _flask_config(settings: Settings) -> dict[str, object]:
    secure = not settings.is_demo or settings.public_url.startswith("https://")
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.app_database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": POOL,
        "SQLALCHEMY_BINDS": {
            "across": {"url": settings.across_database_url, **POOL, "pool_size": 2, "max_overflow": 3}
        },
        "SESSION_COOKIE_NAME": "__Host-page" if secure else "page",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SID_COOKIE": "__Host-sid" if secure else "sid",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
    }
