"""Every answer carries the headers that keep browsers from doing what no page of ours asks for."""

import json
import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.people import CLINIC_VIEWER, SUPPORT, csrf_token, sign_in

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
    off = answer.headers["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(off.split(", "))
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_is_stored_and_none_names_its_server(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in answer.headers["Vary"]
    assert answer.headers["Server"] == "web"
    assert len(answer.headers["X-Request-Id"]) == 16


def test_every_request_has_a_reference_of_its_own(client: FlaskClient) -> None:
    assert len({client.get("/healthz").headers["X-Request-Id"] for _ in range(5)}) == 5


def test_a_reference_cannot_be_chosen_by_the_visitor(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": "chosen"})
    assert answer.headers["X-Request-Id"] != "chosen"


def test_https_is_promised_where_it_is_spoken(production_client: FlaskClient) -> None:
    for address in ("/sign-in", "/static/mark.svg"):
        promise = production_client.get(address).headers["Strict-Transport-Security"]
        assert promise == "max-age=31536000; includeSubDomains"


def test_a_file_is_shown_as_what_it_is_and_runs_nothing(client: FlaskClient) -> None:
    answer = client.get("/static/mark.svg")
    assert _policy(answer)["default-src"] == "'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "sent",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_what_another_site_sends_changes_nothing_even_with_a_token(
    client: FlaskClient, sent: dict[str, str]
) -> None:
    sign_in(client, SUPPORT)
    answer = client.post("/sign-out", data={"csrf_token": csrf_token(client)}, headers=sent)
    assert answer.status_code == 403
    assert "sent from another site" in answer.text
    assert client.get("/companies", follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost:8400"},
    ],
    ids=["says nothing", "same origin", "typed in", "our host", "our public address"],
)
def test_what_a_page_of_ours_sends_is_taken(client: FlaskClient, sent: dict[str, str]) -> None:
    sign_in(client, SUPPORT)
    answer = client.post("/sign-out", data={"csrf_token": csrf_token(client)}, headers=sent)
    assert answer.status_code == 303


def test_only_what_programs_send_may_come_from_elsewhere(app: Flask, client: FlaskClient) -> None:
    """Every other route refuses by its method and the sender's site alone, before it looks at anything."""
    taken = set()
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            values = {name: _any_value(name) for name in rule.arguments}
            built = rule.build(values)
            assert built is not None
            answer = client.open(built[1], method=method, headers={"Sec-Fetch-Site": "cross-site"})
            if answer.status_code != 403 or "sent from another site" not in answer.text:
                taken.add(rule.endpoint)
    assert {endpoint.partition(".")[0] for endpoint in taken} == {"callbacks", "reports"}


def test_saying_that_htmx_asks_opens_no_door(app: Flask, client: FlaskClient) -> None:
    sign_in(client, CLINIC_VIEWER)
    stranger = app.test_client()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) or rule.arguments - {"alias"}:
            continue
        built = rule.build({"alias": "riverside-clinic"} if "alias" in rule.arguments else {})
        assert built is not None
        for visitor in (client, stranger):
            plain, asked = visitor.get(built[1]), visitor.get(built[1], headers={"HX-Request": "true"})
            if (plain.location or "").startswith("/sign-in"):
                assert asked.status_code == 401 or asked.location == plain.location, built[1]
            elif plain.status_code >= 400:
                assert asked.status_code == plain.status_code, built[1]


def test_pages_tell_htmx_to_keep_and_run_nothing(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    (written,) = re.findall(r"name=\"htmx-config\" content='([^']+)'", page)
    said = json.loads(written)
    assert (said["allowEval"], said["allowScriptTags"], said["selfRequestsOnly"]) == (False, False, True)
    assert (said["historyCacheSize"], said["historyRestoreAsHxRequest"]) == (0, False)
    assert 'hx-history="false"' in page


def test_plain_http_promises_no_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/healthz").headers


def test_the_supervisor_is_told_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "alive"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"status": "ready", "problems": {"database": "", "redis": ""}},
    )


def _any_value(name: str) -> object:
    return {"alias": "riverside-clinic", "public_id": UUID(int=7), "token": "t", "name": "n"}.get(name, 1)


def _policy(answer: TestResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}
