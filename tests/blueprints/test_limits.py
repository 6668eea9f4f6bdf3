"""Nobody asks too often: counted for each person and company, and never in the way when Redis is."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as NoRedis

from app.blueprints.limits import LIMITS
from app.extensions import limiter
from tests.people import CLINIC_OPERATOR, UTILITY_OPERATOR, csrf_token, sign_in

UPLOADS = 30


def test_every_limited_endpoint_is_there(app: Flask) -> None:
    assert set(LIMITS) <= set(app.view_functions)


def test_a_person_who_uploads_too_often_is_told_when_to_go_on(client: FlaskClient) -> None:
    token = _enter(client, CLINIC_OPERATOR)
    assert {_upload(client, token, "riverside-clinic").status_code for _ in range(UPLOADS)} == {422}
    answer = _upload(client, token, "riverside-clinic")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 3600
    assert "30 times in an hour" in answer.text
    assert "then try again" in answer.text
    assert client.get("/c/riverside-clinic/imports").status_code == 200


def test_each_person_and_company_is_counted_apart(client: FlaskClient) -> None:
    token = _enter(client, CLINIC_OPERATOR)
    for _ in range(UPLOADS + 1):
        _upload(client, token, "riverside-clinic")
    assert _upload(client, token, "lakeside-utility").status_code == 404
    other = client.application.test_client()
    assert _upload(other, _enter(other, UTILITY_OPERATOR), "lakeside-utility").status_code == 422


def test_without_redis_everybody_goes_on(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = _enter(client, CLINIC_OPERATOR)
    asked = []

    def fail(*_: object, **__: object) -> bool:
        asked.append(1)
        raise NoRedis("gone")

    monkeypatch.setattr(limiter.limiter, "hit", fail)
    assert _upload(client, token, "riverside-clinic").status_code == 422
    assert asked


def _enter(client: FlaskClient, email_address: str) -> str:
    sign_in(client, email_address)
    return csrf_token(client)


def _upload(client: FlaskClient, token: str, alias: str):
    """Send the form without a file: it is refused, and counted all the same."""
    return client.post(f"/c/{alias}/imports", data={"csrf_token": token})
