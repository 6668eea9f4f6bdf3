"""Browsers report what the policy refused; the log says what and where, and nothing about anybody."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from app.blueprints.reports import AT_ONCE, LARGEST

OLD = {
    "csp-report": {
        "document-uri": "https://portal.example/c/clinic/messages?person=Ada+Larkspur",
        "violated-directive": "script-src",
        "blocked-uri": "https://evil.example/steal.js?who=Ada",
        "source-file": "https://portal.example/static/1/js/app.js?x=Ada",
        "line-number": 7,
    }
}
NEW = [
    {
        "type": "csp-violation",
        "age": 10,
        "body": {
            "documentURL": "https://portal.example/c/clinic/messages?person=Ada+Larkspur",
            "effectiveDirective": "script-src",
            "blockedURL": "https://evil.example/steal.js?who=Ada",
            "sourceFile": "https://portal.example/static/1/js/app.js?x=Ada",
            "lineNumber": 7,
            "sample": "Ada Larkspur",
        },
    }
]


@pytest.mark.parametrize(
    ("body", "kind"), [(OLD, "application/csp-report"), (NEW, "application/reports+json")]
)
def test_both_kinds_of_report_are_logged_without_what_people_wrote(
    client: FlaskClient, body: Any, kind: str
) -> None:
    found = _report(client, json.dumps(body), kind)
    assert found == [
        {
            "event": "csp_report",
            "log_level": "warning",
            "directive": "script-src",
            "blocked": "https://evil.example",
            "page": "/c/clinic/messages",
            "file": "/static/1/js/app.js",
            "line": "7",
        }
    ]


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", "{}", "7", "null", '["x", 7]', '{"csp-report": "x"}', "\xff", "[" * 9000),
        *('{"csp-report": {"document-uri": "http://[x"}}', '{"csp-report": {"blocked-uri": "http://[x"}}'),
    ],
)
def test_nonsense_is_taken_and_forgotten(client: FlaskClient, body: str) -> None:
    assert _report(client, body, "application/csp-report") == []


def test_a_flood_in_one_report_is_cut(client: FlaskClient) -> None:
    assert len(_report(client, json.dumps(NEW * 30), "application/reports+json")) == AT_ONCE


def test_a_line_break_makes_no_second_line_in_the_log(client: FlaskClient) -> None:
    sent = json.dumps(
        {"csp-report": {"blocked-uri": "inline\nevent: forged", "violated-directive": "a" * 999}}
    )
    (found,) = _report(client, sent, "application/csp-report")
    assert found["blocked"] == "inlineevent: forged"
    assert len(found["directive"]) == 300


def test_a_large_report_is_not_read(client: FlaskClient) -> None:
    answer = client.post("/csp-reports", data="x" * (LARGEST + 1), content_type="application/csp-report")
    assert answer.status_code == 413


def test_every_page_says_where_to_report(client: FlaskClient) -> None:
    answer = client.get("/sign-in")
    assert "report-uri /csp-reports" in answer.headers["Content-Security-Policy"]
    assert "report-to csp" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Reporting-Endpoints"] == 'csp="/csp-reports"'


def test_who_reports_without_end_is_no_longer_listened_to(client: FlaskClient) -> None:
    statuses = [client.post("/csp-reports", data="{}").status_code for _ in range(61)]
    assert statuses == [204] * 60 + [429]


def _report(client: FlaskClient, body: str, kind: str) -> list[dict[str, Any]]:
    """Send a report as a browser does, with no token and from another page; return what was logged."""
    with capture_logs() as logged:
        answer = client.post(
            "/csp-reports",
            data=body.encode("latin-1"),
            content_type=kind,
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    assert (answer.status_code, answer.data) == (204, b"")
    return [dict(line) for line in logged if line["event"] == "csp_report"]
