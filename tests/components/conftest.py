"""The app behind a real address, for a real browser: quick, since no worker and no clock runs beside it."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import text
from werkzeug.serving import make_server

from app.unit_of_work import across_companies, session
from tests.components.behaving import Desk


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address at which this test's app answers."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def desk(page: Page, app: Flask, served: str, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A signed-in operator's browser, at a company where one may do nothing for half an hour."""
    with across_companies(reason="setting a company's idle time for a test"):
        session().execute(text("UPDATE companies SET idle_minutes = 30"))
    page.clock.install()
    made = Desk(page, app, served, monkeypatch)
    made.sign_in()
    return made
