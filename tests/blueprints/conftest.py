"""The portal as production has it: cookies that need https, no codes on pages."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import factory
from app.config import Settings
from app.extensions import db
from app.unit_of_work import across_companies, session
from tests.isolation.conftest import owner
from tests.servers import environment_for_tests
from tests.strict_client import StrictClient

__all__ = ["owner"]
PRODUCTION = {
    "CARILLON_ENV": "production",
    "PUBLIC_URL": "https://portal.example",
    "TRUSTED_HOSTS": "portal.example",
}


@pytest.fixture
def production_settings(settings: Settings, tmp_path: Path) -> Settings:
    environment = environment_for_tests(tmp_path, settings.database_url, settings.redis_url)
    return Settings.from_environment({**environment, **PRODUCTION})


@pytest.fixture
def production_app(app: Flask, production_settings: Settings) -> Iterator[Flask]:
    """A second app on this test's database, marked as production's; the first comes back afterwards."""
    with across_companies(reason="making a database of production for a test"):
        session().execute(text("DELETE FROM installation"))
    built = factory.create_app(production_settings)
    built.test_client_class = BrowserOfProduction
    yield built
    with built.app_context():
        for engine in db.engines.values():
            engine.dispose()
    with across_companies(reason="giving the database back to the demo"):
        session().execute(text("UPDATE installation SET environment = 'demo'"))
    factory._connect(app, app.extensions["settings"])


@pytest.fixture
def production_client(production_app: Flask) -> FlaskClient:
    return production_app.test_client()


class BrowserOfProduction(StrictClient):
    """Reaches production over https, and says from which page it comes, as browsers do."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("base_url", "https://portal.example")
        kwargs.setdefault("headers", {"Referer": "https://portal.example/"})
        return super().open(*args, **kwargs)
