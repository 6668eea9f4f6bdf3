"""Twilio's callbacks: only what its signature proves is stored, once, and all else is counted."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from app.config import Settings
from app.domain.delivery.accounts import Addresses, account_sid
from app.domain.delivery.tokens import AttemptToken
from app.domain.tenancy.companies import company_by_id
from tests.domain.delivery.world import Sender, make_sender

SID = "SM" + "1" * 32


@pytest.fixture
def public_id(sender: Sender) -> UUID:
    with sender.here():
        return company_by_id(sender.company_id).public_id


def form(settings: Settings, company: UUID, **changes: str) -> dict[str, str]:
    return {
        "MessageSid": SID,
        "MessageStatus": "delivered",
        "AccountSid": account_sid(settings, company),
        "From": "+15005550006",
        "To": "+12125550123",
    } | changes


def post(client: FlaskClient, settings: Settings, url: str, sent: dict[str, str], **changes: Any) -> int:
    """Post as Twilio does: signed over the public address, whatever host the request came by."""
    address = url.partition("#")[0]
    token = changes.get("token", settings.twilio.auth_token)
    signature = changes.get("signature", RequestValidator(token).compute_signature(address, sent))
    path = address.removeprefix(settings.public_url)
    headers = {"X-Twilio-Signature": signature} if signature is not None else {}
    return client.post(path, data=sent, headers=headers, base_url="http://elsewhere.internal").status_code


def status_url(settings: Settings, company: UUID, owner: UUID | None = None) -> str:
    token = AttemptToken(owner or company, 12, uuid4())
    return Addresses(settings.public_url).text_status(token).replace(str(token.company), str(company), 1)


def stored(sender: Sender) -> list[Any]:
    return list(sender.sql("SELECT kind, status FROM message_updates WHERE company_id = :company"))


def refused(sender: Sender) -> int:
    rows = sender.sql("SELECT sum(refused) AS n FROM refused_callbacks WHERE company_id = :company")
    return int(rows[0].n or 0)


def test_a_signed_status_is_stored_and_answered(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID
) -> None:
    url = status_url(settings, public_id)
    assert post(client, settings, url, form(settings, public_id)) == 204
    ((kind, status),) = stored(sender)
    assert (kind, status["status"], status["provider_id"]) == ("status", "delivered", SID)
    assert status["raw"]["MessageStatus"] == "delivered"
    assert refused(sender) == 0


def test_the_same_status_told_three_times_is_stored_once(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID
) -> None:
    url = status_url(settings, public_id)
    answers = [post(client, settings, url, form(settings, public_id)) for _ in range(3)]
    assert answers == [204] * 3
    assert len(stored(sender)) == 1


@pytest.mark.parametrize(
    "forged",
    [{"signature": None}, {"signature": ""}, {"signature": "ü"}, {"token": "guessed"}],
    ids=["missing", "empty", "not ASCII", "another secret"],
)
def test_a_forged_status_is_refused_and_counted(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID, forged: dict[str, Any]
) -> None:
    url = status_url(settings, public_id)
    assert post(client, settings, url, form(settings, public_id), **forged) == 403
    assert post(client, settings, url, form(settings, public_id), **forged) == 403
    assert stored(sender) == []
    assert refused(sender) == 2


def test_a_changed_value_breaks_the_signature(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID
) -> None:
    url = status_url(settings, public_id)
    signature = RequestValidator(settings.twilio.auth_token).compute_signature(
        url.partition("#")[0], form(settings, public_id)
    )
    sent = form(settings, public_id, MessageStatus="failed")
    assert post(client, settings, url, sent, signature=signature) == 403


def test_one_company_cannot_speak_for_another(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID
) -> None:
    other = make_sender()
    with other.here():
        others_id = company_by_id(other.company_id).public_id
    own_account = form(settings, others_id)
    assert post(client, settings, status_url(settings, public_id), own_account) == 403
    others_token = status_url(settings, public_id, owner=others_id)
    assert post(client, settings, others_token, form(settings, public_id)) == 403
    assert stored(sender) == stored(other) == []


def test_an_unknown_company_is_not_found(client: FlaskClient, settings: Settings) -> None:
    stranger = uuid4()
    assert post(client, settings, status_url(settings, stranger), form(settings, stranger)) == 404


def test_a_reply_is_stored_with_what_was_said(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID
) -> None:
    url = Addresses(settings.public_url).inbound_text(public_id)
    sent = form(settings, public_id, Body="See you then", NumMedia="0")
    assert post(client, settings, url, sent) == 204
    ((kind, status),) = stored(sender)
    assert (kind, status["body"], status["from"]) == ("reply", "See you then", "+15005550006")
    assert post(client, settings, url, sent, signature="no") == 403


def test_what_is_signed_but_makes_no_sense_is_refused_with_a_reason(
    client: FlaskClient, settings: Settings, sender: Sender, public_id: UUID
) -> None:
    sent = form(settings, public_id, MessageSid="not a SID")
    assert post(client, settings, status_url(settings, public_id), sent) == 422
    assert stored(sender) == []
