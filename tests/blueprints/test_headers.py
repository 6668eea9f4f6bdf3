"""Every answer carries the headers that keep browsers from doing what no page of ours asks for."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import SUPPORT, sign_in

ADDRESSES = ["/sign-in", "/companies", "/c/riverside-clinic/trail", "/nothing-here", "/healthz", "/readyz"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_runs_only_what_is_ours_and_is_framed_by_nobody(client: FlaskClient, address: str) -> None:
    sign_in(client, SUPPORT)
    answer = client.get(address)
    policy = _policy(answer)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_is_stored_and_none_names_its_server(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]
    assert "Server" not in answer.headers
    assert len(answer.headers["X-Request-Id"]) == 16


def test_every_request_has_a_reference_of_its_own(client: FlaskClient) -> None:
    assert len({client.get("/healthz").headers["X-Request-Id"] for _ in range(5)}) == 5


def test_a_reference_cannot_be_chosen_by_the_visitor(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "chosen"})
    assert answer.headers["X-Request-Id"] != "chosen"


def test_plain_http_promises_no_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_the_supervisor_is_told_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "problems": {"database": "", "redis": ""}},
    )


def _policy(answer: TestResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}
