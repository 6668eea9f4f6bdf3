"""How long a session holds, as pages ask it, and the way back after it has ended."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient

from tests.people import UTILITY_OPERATOR, csrf_token, sign_in

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
DATA = {"Accept": "application/json"}
HERE = "http://localhost/c/lakeside-utility/messages?q=Ada"


def test_asking_does_not_extend_and_staying_does(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, UTILITY_OPERATOR)
        token = csrf_token(client)
        clock.shift(timedelta(minutes=20))
        for _ in range(2):
            told = client.get("/session", headers=DATA).json
            assert told is not None
            assert told["seconds_left"] == 600
        stays = client.post("/session", headers={**DATA, "X-CSRFToken": token}).json
        assert stays is not None
        assert stays["seconds_left"] == 1800
        clock.shift(timedelta(minutes=31))
        assert client.get("/session", headers=DATA).status_code == 401


def test_a_report_that_the_browser_sends_by_itself_does_not_extend(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, UTILITY_OPERATOR)
        clock.shift(timedelta(minutes=20))
        assert client.post("/csp-reports", data="{}").status_code == 204
        told = client.get("/session", headers=DATA).json
        assert told is not None
        assert told["seconds_left"] == 600


def test_no_session_is_longer_than_twelve_hours(client: FlaskClient) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, UTILITY_OPERATOR)
        for _ in range(29):
            clock.shift(timedelta(minutes=24))
            client.get("/companies")
        told = client.get("/session", headers=DATA).json
        assert told is not None
        assert told["seconds_left"] == told["lifetime_left"] == 12 * 3600 - 29 * 24 * 60


def test_staying_needs_the_pages_own_token(client: FlaskClient) -> None:
    sign_in(client, UTILITY_OPERATOR)
    assert client.post("/session", headers=DATA).status_code == 400


@pytest.mark.parametrize(
    ("headers", "back"),
    [
        ({"HX-Request": "true", "HX-Current-URL": HERE}, "/c/lakeside-utility/messages?q=Ada"),
        ({"HX-Request": "true", "HX-Current-URL": "https://evil.example/c/lakeside-utility/"}, None),
        ({"HX-Request": "true", "HX-Current-URL": "http://localhost//evil.example/"}, None),
        ({"HX-Request": "true", "HX-Current-URL": "http://localhost/\\evil.example"}, None),
        ({"HX-Request": "true", "HX-Current-URL": "http://[broken"}, None),
        ({"HX-Request": "true"}, None),
    ],
)
def test_a_fragment_request_leads_back_to_its_page(
    client: FlaskClient, headers: dict[str, str], back: str | None
) -> None:
    answer = client.get("/c/lakeside-utility/search", headers=headers)
    assert answer.status_code == 401
    assert _next(answer.headers["HX-Redirect"]) == back


def test_a_form_sent_too_late_leads_back_to_its_page(client: FlaskClient) -> None:
    token = csrf_token(client)
    answer = client.post("/sign-out", data={"csrf_token": token}, headers={"Referer": HERE})
    assert _next(answer.location) == "/c/lakeside-utility/messages?q=Ada"


def test_who_is_signed_in_already_goes_straight_back(client: FlaskClient) -> None:
    sign_in(client, UTILITY_OPERATOR)
    back = "/c/lakeside-utility/messages?q=Ada"
    assert client.get("/sign-in", query_string={"next": back}).location == back
    assert client.get("/sign-in", query_string={"next": "//evil.example"}).location == "/companies"


def test_a_step_that_took_too_long_keeps_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/sign-in/code", query_string={"next": "/c/lakeside-utility/"})
    assert _next(answer.location) == "/c/lakeside-utility/"
    assert "Clear-Site-Data" not in answer.headers


def _next(address: str) -> str | None:
    assert urlsplit(address).path == "/sign-in"
    return parse_qs(urlsplit(address).query).get("next", [None])[0]
