"""Errors are said plainly: as a page, a fragment or JSON, with a reference and never a stack trace."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as NoRedis
from sqlalchemy.exc import OperationalError

from app.blueprints import problems
from app.blueprints.problem_words import WORDS, too_large, wait
from app.blueprints.sign_in import companies
from app.errors import Conflict, Forbidden, NotFound, Rejected
from app.extensions import db
from tests import people
from tests.people import CLINIC_VIEWER, SUPPORT, sign_in
from tests.servers import RunServers

SECRET = "psycopg saw ada@riverside-clinic.example"
FAMILIES = [
    (NotFound("There is no such thing."), 404, "There is no such thing."),
    (Forbidden("Not yours to do."), 403, "Not yours to do."),
    (Conflict("Somebody was faster."), 409, "Somebody was faster."),
    (Rejected("That cannot be used."), 422, "That cannot be used."),
    (RuntimeError(SECRET), 500, "The request was not finished"),
    (OperationalError("SELECT 1", {}, Exception(SECRET)), 503, "being repaired"),
    (NoRedis(SECRET), 503, "being repaired"),
]


@pytest.fixture
def broken(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A signed-in support person, and a way to break the page they look at."""
    sign_in(client, SUPPORT)

    def break_with(problem: Exception) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise problem

        monkeypatch.setattr(companies.grants, "companies_of", fail)

    return break_with


@pytest.mark.parametrize("family", FAMILIES, ids=lambda one: type(one[0]).__name__)
@pytest.mark.parametrize("asked", ["page", "fragment", "json"])
def test_each_family_of_errors_is_said_in_each_way(
    client: FlaskClient, broken: Any, family: tuple[Exception, int, str], asked: str
) -> None:
    problem, status, said = family
    broken(problem)
    headers = {"fragment": {"HX-Request": "true"}, "json": {"Accept": "application/json"}, "page": {}}[asked]
    answer = client.get("/companies", headers=headers)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert SECRET not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    if asked == "json":
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["status"] == status
    else:
        assert said in answer.text
        assert ("<!DOCTYPE html>" in answer.text) == (asked == "page")


def test_a_page_that_is_not_there_says_so_to_strangers_too(client: FlaskClient) -> None:
    answer = client.get("/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text


@pytest.mark.parametrize("address", ["search?q=%00", "messages?search=%00a", "messages?search=%00@b.c"])
def test_a_text_that_no_row_can_hold_is_no_failure_of_ours(client: FlaskClient, address: str) -> None:
    sign_in(client, CLINIC_VIEWER)
    answer = client.get(f"/c/riverside-clinic/{address}")
    assert answer.status_code == 400
    assert "missing or broken" in answer.text
    assert client.get("/c/riverside-clinic%00/").status_code == 400


def test_inside_a_company_the_way_on_stays_in_sight(client: FlaskClient) -> None:
    sign_in(client, CLINIC_VIEWER)
    for address in ("/c/riverside-clinic/nothing-here", "/c/riverside-clinic/messages/999999999"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'href="/c/riverside-clinic/messages"' in answer.text, address


def test_a_wrong_address_in_a_foreign_company_names_nothing_of_it(client: FlaskClient) -> None:
    sign_in(client, CLINIC_VIEWER)
    pages = [client.get(f"/c/{alias}/nothing-here") for alias in ("lakeside-utility", "no-such-company")]
    for page in pages:
        assert page.status_code == 404
        assert "Lakeside" not in page.text
        assert "/messages" not in page.text


@pytest.mark.parametrize("status", sorted(WORDS))
@pytest.mark.parametrize("asked", [{}, {"HX-Request": "true"}, {"Accept": "application/json"}])
def test_every_status_says_what_happened_and_what_to_do(
    client: FlaskClient, status: int, asked: dict[str, str]
) -> None:
    answer = client.get(f"/styleguide/problems/{status}", headers=asked)
    assert answer.status_code == status
    said = WORDS[status]
    shown = (said.sentence,) if "Accept" in asked else (said.title, said.sentence, said.next_step)
    for words in (*shown, answer.headers["X-Request-Id"]):
        assert words in (answer.json or {}).values() if "Accept" in asked else words in answer.text


def test_a_form_that_failed_leads_back_to_its_page_and_nowhere_else(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    for referrer, way in (
        ("http://localhost/companies?x=1", True),
        ("https://evil.example/companies", False),
    ):
        answer = client.post("/sign-out", headers={"Referer": referrer})
        assert answer.status_code == 400
        assert ('href="/companies?x=1"' in answer.text) == way
        assert "evil" not in answer.text


def test_a_broken_shell_is_left_away(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, CLINIC_VIEWER)
    monkeypatch.setattr(problems, "open_shell", _fail)
    answer = client.get("/c/riverside-clinic/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert 'class="shell"' not in answer.text


@pytest.mark.parametrize("asked", [{}, {"HX-Request": "true"}])
def test_where_no_template_can_be_drawn_there_are_words_all_the_same(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    monkeypatch.setattr(problems, "render_template", _fail)
    answer = client.get("/nothing-here", headers=asked)
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_without_a_database_there_is_a_page_that_asks_it_nothing(
    app: Flask, client: FlaskClient, database: str, servers: RunServers
) -> None:
    sign_in(client, CLINIC_VIEWER)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    servers.drop(urlsplit(database).path.removeprefix("/"))
    answer = client.get("/c/riverside-clinic/")
    assert answer.status_code == 503
    assert "being repaired" in answer.text
    assert answer.headers["Retry-After"] == "30"


def test_a_wrong_kind_of_request_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_what_a_role_does_not_include_is_403_and_on_the_trail(client: FlaskClient) -> None:
    sign_in(client, CLINIC_VIEWER)
    answer = client.get("/c/riverside-clinic/trail")
    assert answer.status_code == 403
    assert "Your role does not include this" in answer.text
    admin = client.application.test_client()
    sign_in(admin, people.CLINIC_ADMIN)
    assert "was refused trail/read" in admin.get("/c/riverside-clinic/trail").text


def test_a_form_without_its_token_changes_nothing(client: FlaskClient) -> None:
    sign_in(client, SUPPORT)
    for data in ({}, {"csrf_token": "made up"}):
        answer = client.post("/sign-out", data=data)
        assert answer.status_code == 400
        assert "This page was open for too long" in answer.text
    assert client.get("/support").status_code == 200


def test_a_token_from_before_signing_in_is_worth_nothing_after_it(client: FlaskClient) -> None:
    old = people.csrf_token(client)
    sign_in(client, SUPPORT)
    assert client.post("/sign-out", data={"csrf_token": old}).status_code == 400


def test_a_request_that_is_too_large_is_refused_before_it_is_read(client: FlaskClient) -> None:
    token = people.csrf_token(client)
    answer = client.post("/sign-in", data={"csrf_token": token, "email_address": "a" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "1 MB at most" in answer.text


@pytest.mark.parametrize(
    ("limit", "said"),
    [(200 * 1024 * 1024 + 64 * 1024, "200 MB"), (1024 * 1024, "1 MB"), (16 * 1024, "16 kB")],
)
def test_what_is_too_large_is_said_in_a_unit_people_know(limit: int, said: str) -> None:
    assert f"which is {said} at most" in too_large(limit)
    assert too_large(None) == ""


def test_a_long_wait_is_said_in_minutes() -> None:
    assert wait(1) == "Wait 1 second, then try again."
    assert wait(90) == "Wait 90 seconds, then try again."
    assert wait(3541) == "Wait 60 minutes, then try again."


def test_a_host_that_is_not_ours_gets_no_page(production_app: Flask) -> None:
    answer = production_app.test_client().get("/sign-in", base_url="https://evil.example")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "evil" not in answer.text


def _fail(*_: Any, **__: Any) -> None:
    raise RuntimeError("broken for a test")
