"""Errors are said plainly: as a page, a fragment or JSON, with a reference and never a stack trace."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as NoRedis
from sqlalchemy.exc import OperationalError

from app.blueprints.sign_in import companies
from app.errors import Conflict, Forbidden, NotFound, Rejected
from tests import people
from tests.people import CLINIC_VIEWER, SUPPORT, sign_in

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

        monkeypatch.setattr(companies, "all_companies", fail)

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


def test_a_wrong_kind_of_request_is_refused_in_words(client: FlaskClient) -> None:
    assert client.get("/sign-out").status_code == 405


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
    assert "too large" in answer.text


def test_a_host_that_is_not_ours_gets_no_page(production_app: Flask) -> None:
    answer = production_app.test_client().get("/sign-in", base_url="https://evil.example")
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "evil" not in answer.text
