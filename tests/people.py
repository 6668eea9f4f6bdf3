"""Signs people of the demo cast in as a browser would: by both forms, with the code that the page shows."""

import re
from collections.abc import Mapping
from datetime import datetime
from html.parser import HTMLParser

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from app.config import Settings
from app.domain.identity import secrets, sessions, users
from app.local.cast import PASSWORD
from app.models import User
from app.unit_of_work import across_companies, session, transaction

CLINIC_ADMIN = "admin@riverside-clinic.example"
CLINIC_OPERATOR = "operator@riverside-clinic.example"
CLINIC_VIEWER = "viewer@riverside-clinic.example"
CLINIC_NEWCOMER = "newcomer@riverside-clinic.example"
DISTRICT_ADMIN = "admin@maplewood-schools.example"
DISTRICT_OPERATOR = "operator@maplewood-schools.example"
BIRCH_PRINCIPAL = "principal@maplewood-schools.example"
UTILITY_ADMIN = "admin@lakeside-utility.example"
UTILITY_OPERATOR = "operator@lakeside-utility.example"
SUPPORT = "support@carillon.example"
PLATFORM_ADMIN = "platform@carillon.example"

_CSRF_TOKEN = re.compile(r"\"X-CSRFToken\": \"([^\"]+)\"")
_SHOWN_CODE = re.compile(r"the code is ([0-9]{6})")


def sign_in(client: FlaskClient, email_address: str, *, password: str = PASSWORD) -> TestResponse:
    """Sign a person in with password and code; return the redirect into the portal.

    One person can sign in twice within half a minute, since every code is accepted once.
    """
    code_page = pass_password(client, email_address, password=password)
    return submit(client, code_page, {"code": shown_code(code_page)}, expect=303)


def visit(
    client: FlaskClient,
    alias: str,
    *,
    reason: str = "Their reminders did not arrive",
    ticket: str = "812",
    minutes: int = 30,
    expect: int = 303,
) -> TestResponse:
    """Open a visit to a company as one of our own people does; return the answer to the form."""
    page = client.get("/support/visits/new", query_string={"company": alias})
    found = next(index for index, one in enumerate(forms(page.text)) if one.action == "/support/visits")
    values = {"reason": reason, "ticket": ticket, "minutes": minutes}
    return submit(client, page, values, form=found, expect=expect)


def raise_visit(client: FlaskClient, reason: str = "Their import is stuck since Monday") -> TestResponse:
    """Ask that the visit may change things, and give the reason."""
    data = {"reason": reason, "csrf_token": csrf_token(client)}
    return client.post("/support/visits/raise", data=data)


def end_visit(client: FlaskClient) -> TestResponse:
    """Press “End visit” in the bar across the top."""
    return client.post("/support/visits/end", data={"csrf_token": csrf_token(client)})


def pass_password(client: FlaskClient, email_address: str, *, password: str = PASSWORD) -> TestResponse:
    """Take the first step alone; return the page that asks for the second factor."""
    page = client.get("/sign-in")
    values = {"email_address": email_address, "password": password}
    answer = submit(client, page, values, expect=303)
    return client.get(answer.location)


def user_id_of(email_address: str) -> int:
    """The number of a person of the cast."""
    with across_companies(reason="finding a person for a test"):
        found = session().scalar(select(User.id).where(User.email_address == email_address))
    assert found is not None
    return found


def sign_out(client: FlaskClient) -> TestResponse:
    """Sign out as the button in the account menu does."""
    return client.post("/sign-out", data={"csrf_token": csrf_token(client)})


def csrf_token(client: FlaskClient) -> str:
    """The token this browser's requests carry, read from the frame that every page has."""
    found = _CSRF_TOKEN.search(client.get("/a-page-that-is-not-there").text)
    assert found, "The frame of the page carries no CSRF token."
    return found[1]


def submit(
    client: FlaskClient,
    page: TestResponse,
    values: Mapping[str, object],
    *,
    form: int = 0,
    expect: int | None = None,
) -> TestResponse:
    """Send a form of this page (the first, or the `form`th) with its hidden fields and these values."""
    found = forms(page.text)[form]
    target = found.action or page.request.path
    answer = client.open(target, method=found.method, data={**found.hidden, **values})
    if expect is not None:
        assert answer.status_code == expect, f"{answer.status} from {target}: {answer.text[-2000:]}"
    return answer


def authenticator_code(app: Flask, email_address: str, at: datetime) -> str:
    """What the person's authenticator app shows at that time."""
    settings: Settings = app.extensions["settings"]
    with across_companies(reason="finding a person for a test"):
        user_id = session().scalar(select(User.id).where(User.email_address == email_address))
    with transaction(platform=True):
        row = session().execute(text("SELECT * FROM sign_in_factor(:id)"), {"id": user_id}).one()
    seed = secrets.unseal(row.secret, place=f"user_factors:{user_id}:secret", keys=settings.field_keys)
    return pyotp.TOTP(seed).at(at)


def session_cookie(app: Flask, email_address: str) -> dict[str, str]:
    """Name and value of the cookie of a new session, for a browser that need not walk through the forms."""
    with app.app_context():
        with transaction(platform=True):
            user_id = users.user_id_of(email_address)
        assert user_id is not None
        with transaction(platform=True, user=user_id):
            token = sessions.start(user_id, sessions.SIGNED_IN, network="127.0.0.1", user_agent="a test")
    return {"name": app.config["SID_COOKIE"], "value": token}


def shown_code(page: TestResponse) -> str:
    """The code that the demo shows on its code page."""
    found = _SHOWN_CODE.search(page.text)
    assert found, "The page shows no code: this person signed in twice within half a minute."
    return found[1]


class Form:
    """Where a form goes, how, and what it carries unseen."""

    def __init__(self, action: str, method: str) -> None:
        self.action = action
        self.method = method.upper()
        self.hidden: dict[str, str] = {}


def forms(html: str) -> list[Form]:
    """All forms of a page, in order."""
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "input" and given.get("type") == "hidden" and self.forms and "name" in given:
            self.forms[-1].hidden[given["name"]] = given.get("value", "")
