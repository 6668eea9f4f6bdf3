"""What the tests of behaviour share: a signed-in browser, one clock, and pages with a form of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.wrappers import Response

from app import clock
from tests.people import CLINIC_OPERATOR, session_cookie
from tests.settled import opened, settled

HOME = "/c/riverside-clinic/"
FORM = """
<form id="own" method="post" action="/own">
  <label for="own-name">Name of the sending</label><input id="own-name" name="name" value="">
  <label for="own-kind">Kind</label>
  <select id="own-kind" name="kind">
    <option value="sms">Text</option><option value="call">Call</option>
  </select>
  <label for="own-agreed">Agreed</label><input id="own-agreed" type="checkbox" name="agreed" value="yes">
  <label for="own-secret">Password</label><input id="own-secret" type="password" name="secret">
  <label for="own-code">Code</label><input id="own-code" name="code" autocomplete="one-time-code">
  <button id="own-send" type="submit">Send it</button>
</form>
"""


@dataclass
class Desk:
    """One person's page of a portal whose clock goes with the browser's."""

    page: Page
    app: Flask
    address: str
    patch: pytest.MonkeyPatch
    passed: timedelta = timedelta()

    def sign_in(self, email_address: str = CLINIC_OPERATOR) -> None:
        self.page.context.add_cookies([{**session_cookie(self.app, email_address), "url": self.address}])  # type: ignore[typeddict-item]

    def open(self, path: str = HOME, extra: str = "") -> None:
        """Go to a page, with more HTML at its end, and wait until its behaviours are there."""
        if extra:
            self.patch.setattr(self.app, "wsgi_app", _with(self.app.wsgi_app, path, extra))
        opened(self.page, self.address + path)
        settled(self.page)

    def put(self, html: str) -> None:
        """Put HTML at the end of the page, as a swap would."""
        self.page.evaluate(
            """html => {
                document.getElementById("main").insertAdjacentHTML("beforeend", html);
                htmx.process(document.getElementById("main").lastElementChild);
            }""",
            html,
        )

    def wait(self, **how_long: float) -> None:
        """Let time pass, here and there."""
        self._pass(timedelta(**how_long))
        self.page.clock.fast_forward(int(timedelta(**how_long).total_seconds() * 1000))

    def sleep(self, **how_long: float) -> None:
        """Let time pass while the computer sleeps: no timer has run when it wakes."""
        self._pass(timedelta(**how_long))
        now = self.page.evaluate("Date.now()") / 1000
        self.page.clock.set_system_time(now + timedelta(**how_long).total_seconds())

    def _pass(self, step: timedelta) -> None:
        self.passed += step
        self.patch.setattr(clock, "now", lambda: datetime.now(UTC) + self.passed)


def _with(inner: WSGIApplication, path: str, extra: str) -> WSGIApplication:
    """The app, with more HTML at the end of one page."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != path:
            return inner(environ, start)
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        page = Response.from_app(inner, environ, buffered=True)
        page.data = page.data.replace(b"</main>", f"{extra}</main>".encode())
        return page(environ, start)

    return answer
