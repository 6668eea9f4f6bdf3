"""In production nothing of the platform's opens to who came without a passkey."""

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.unit_of_work import across_companies, session
from tests.people import CLINIC_OPERATOR, SUPPORT, authenticator_code, pass_password, submit


def test_support_with_an_app_alone_sees_no_company(
    production_app: Flask, production_client: FlaskClient
) -> None:
    _sign_in(production_app, production_client, SUPPORT)
    assert production_client.get("/companies").location == "/account/security"
    assert "Your role opens only to a passkey" in production_client.get("/account/security").text
    assert production_client.get("/support").status_code == 403
    assert production_client.get("/c/riverside-clinic/trail").status_code == 404


def test_support_with_a_passkey_does(production_app: Flask, production_client: FlaskClient) -> None:
    _sign_in(production_app, production_client, SUPPORT)
    with across_companies(reason="as if a passkey had been used, in a test"):
        session().execute(text("UPDATE user_sessions SET proved_by = 'passkey'"))
    assert production_client.get("/support").status_code == 200


def test_others_need_none(production_app: Flask, production_client: FlaskClient) -> None:
    _sign_in(production_app, production_client, CLINIC_OPERATOR)
    assert production_client.get("/c/riverside-clinic/").status_code == 200


def _sign_in(app: Flask, client: FlaskClient, email_address: str) -> None:
    page = pass_password(client, email_address)
    submit(client, page, {"code": authenticator_code(app, email_address, datetime.now(UTC))}, expect=303)
