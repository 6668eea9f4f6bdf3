"""SendGrid's events: verified over the raw bytes, each stored with the company its token names."""

import base64
import time
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient

from app.domain.delivery.tokens import AttemptToken
from app.domain.tenancy.companies import company_by_id
from tests.domain.delivery.world import Sender, make_sender

KEY = ec.generate_private_key(ec.SECP256R1())


def public_key() -> str:
    der = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()


@pytest.fixture(autouse=True)
def trusted_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.extensions["settings"]
    ours = replace(settings, sendgrid=replace(settings.sendgrid, public_key=public_key()))
    monkeypatch.setitem(app.extensions, "settings", ours)


def public_id(sender: Sender) -> UUID:
    with sender.here():
        return company_by_id(sender.company_id).public_id


def event(company: UUID, word: str = "delivered", **changes: Any) -> dict[str, Any]:
    return {
        "event": word,
        "email": "ann@example.org",
        "timestamp": int(time.time()),
        "sg_event_id": uuid4().hex,
        "sg_message_id": "abc.def",
        "attempt": str(AttemptToken(company, 12, uuid4())),
    } | changes


def post(client: FlaskClient, company: UUID, body: bytes, *, signed: bytes | None = None) -> int:
    timestamp = str(int(time.time()))
    signature = KEY.sign(timestamp.encode() + (signed or body), ec.ECDSA(hashes.SHA256()))
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
    }
    return client.post(f"/callbacks/sendgrid/{company}", data=body, headers=headers).status_code


def stored(sender: Sender) -> list[str]:
    rows = sender.sql("SELECT status ->> 'status' AS word FROM message_updates WHERE company_id = :company")
    return sorted(row.word for row in rows)


def test_a_batch_is_stored_with_each_company_it_speaks_of(client: FlaskClient, sender: Sender) -> None:
    other = make_sender()
    body = orjson.dumps(
        [
            event(public_id(sender)),
            event(public_id(sender), "processed"),
            event(public_id(other)),
            event(uuid4()),
            event(public_id(sender), attempt="of somebody else"),
        ]
    )
    assert post(client, public_id(sender), body) == 204
    assert stored(sender) == ["delivered", "sent"]
    assert stored(other) == ["delivered"]


def test_a_batch_told_again_is_stored_once(client: FlaskClient, sender: Sender) -> None:
    body = orjson.dumps([event(public_id(sender))])
    assert [post(client, public_id(sender), body) for _ in range(3)] == [204] * 3
    assert stored(sender) == ["delivered"]


def test_a_changed_body_is_refused_and_counted(client: FlaskClient, sender: Sender) -> None:
    body = orjson.dumps([event(public_id(sender))])
    assert post(client, public_id(sender), body + b" ", signed=body) == 403
    assert stored(sender) == []
    rows = sender.sql("SELECT provider, refused FROM refused_callbacks WHERE company_id = :company")
    assert rows == [("sendgrid", 1)]


@pytest.mark.parametrize("body", [b"not json", b"{}", b"[1]"])
def test_what_is_signed_but_no_batch_is_refused(client: FlaskClient, sender: Sender, body: bytes) -> None:
    assert post(client, public_id(sender), body) == 422
    assert stored(sender) == []


def test_a_batch_larger_than_a_page_of_a_form_is_taken(client: FlaskClient, sender: Sender) -> None:
    company = public_id(sender)
    body = orjson.dumps([event(company, reason="x" * 900) for _ in range(1500)])
    assert len(body) > 1024 * 1024
    assert post(client, company, body) == 204
    assert len(stored(sender)) == 1500
