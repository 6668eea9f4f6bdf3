"""The simulator speaks SendGrid's mail send and event webhook, and is as strict."""

import copy
import http.client
import json
from urllib.parse import urlsplit

import pytest
from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook

from tests.simulator.process import SENDGRID_KEY, eventually
from tests.simulator.receiver import receiving

GOOD = {
    "personalizations": [
        {
            "to": [{"email": "Ann@Example.com"}],
            "subject": "Hello -name-",
            "substitutions": {"-name-": "Ann"},
            "custom_args": {"attempt": "t-1"},
        }
    ],
    "from": {"email": "clinic@example.com", "name": "Clinic"},
    "content": [
        {"type": "text/plain", "value": "Dear -name-"},
        {"type": "text/html", "value": "<p>-name-</p>"},
    ],
}


def send(simulator, mail, key=SENDGRID_KEY):
    return SendGridAPIClient(key, host=simulator.url).client.mail.send.post(request_body=mail, timeout=10)


def test_a_mail_is_accepted_with_an_id_and_filled_for_its_person(simulator):
    answer = send(simulator, GOOD)
    assert answer.status_code == 202
    assert answer.headers["X-Message-Id"]
    (entry,) = simulator.ledger("email", to="ann@example.com")
    assert (entry["subject"], entry["text"], entry["html"]) == ("Hello Ann", "Dear Ann", "<p>Ann</p>")


def changed(**changes):
    return copy.deepcopy(GOOD) | changes


def with_person(**changes):
    return changed(personalizations=[GOOD["personalizations"][0] | changes])


@pytest.mark.parametrize(
    ("mail", "field"),
    [
        (changed(personalizations=[]), "personalizations"),
        (changed(personalizations={}), "personalizations"),
        (
            changed(
                personalizations=[{"to": [{"email": f"p{n}@example.com"}]} for n in range(1001)], subject="x"
            ),
            "personalizations",
        ),
        (with_person(to=[]), "personalizations.0.to"),
        (with_person(to=[{"email": "no address"}]), "personalizations.0.to.0.email"),
        (with_person(cc=[{"email": "ann@example.com"}]), "personalizations"),
        (with_person(subject=""), "personalizations.0.subject"),
        (with_person(custom_args={"attempt": 7}), "personalizations.0.custom_args"),
        (with_person(custom_args={"a": "x" * 10_000}), "personalizations.0.custom_args"),
        (with_person(substitutions={"-a-": "x" * 10_000}), "personalizations.0.substitutions"),
        (with_person(headers={"Subject": "mine"}), "personalizations.0.headers"),
        (changed(personalizations=[{"to": [{"email": "a@example.com"}]}]), "subject"),
        ({name: value for name, value in GOOD.items() if name != "from"}, "from.email"),
        (changed(**{"from": {"email": "nobody"}}), "from.email"),
        (changed(content=[]), "content"),
        (changed(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
        (changed(content=GOOD["content"][::-1]), "content"),
        (changed(categories=[str(n) for n in range(11)]), "categories"),
        (changed(send_at=1), "send_at"),
    ],
)
def test_what_sendgrid_refuses_is_refused_with_the_field(simulator, mail, field):
    before = simulator.counts()["email"]["accepted"]
    with pytest.raises(HTTPError) as refusal:
        send(simulator, mail)
    assert refusal.value.status_code == 400
    assert field in [error["field"] for error in refusal.value.to_dict["errors"]]
    assert simulator.counts()["email"]["accepted"] == before


def test_a_wrong_key_is_401_and_not_json_is_400(simulator):
    with pytest.raises(HTTPError) as refusal:
        send(simulator, GOOD, key="SG.wrong")
    assert refusal.value.status_code == 401
    connection = http.client.HTTPConnection(urlsplit(simulator.url).netloc)
    headers = {"Authorization": f"Bearer {SENDGRID_KEY}", "Content-Type": "application/json"}
    connection.request("POST", "/v3/mail/send", b"{", headers)
    assert connection.getresponse().status == 400


def test_a_mail_beyond_30_mb_is_413_in_html(simulator):
    with pytest.raises(HTTPError) as refusal:
        send(simulator, changed(content=[{"type": "text/plain", "value": "x" * 30_500_000}]))
    assert refusal.value.status_code == 413
    assert refusal.value.body.startswith(b"<html>")


def test_events_are_signed_and_carry_the_custom_arguments_and_are_told_again_until_taken(simulator):
    with receiving() as portal:
        portal.statuses = [500, 503]
        simulator.send_events_to(portal.url + "/events")
        answer = send(simulator, with_person(to=[{"email": "bounce-me@example.com"}]))
        eventually(lambda: len(portal.requests) >= 4)
    verifier = EventWebhook(simulator.public_key())
    events = {}
    for _, headers, body in portal.requests:
        assert verifier.verify_signature(
            body.decode(),
            headers["X-Twilio-Email-Event-Webhook-Signature"],
            headers["X-Twilio-Email-Event-Webhook-Timestamp"],
        )
        events |= {event["sg_event_id"]: event for event in json.loads(body)}
    assert {event["event"] for event in events.values()} == {"processed", "bounce"}
    assert {event["attempt"] for event in events.values()} == {"t-1"}
    message_id = answer.headers["X-Message-Id"]
    assert all(event["sg_message_id"].startswith(message_id + ".") for event in events.values())


def test_every_company_can_have_a_key_and_a_webhook_of_its_own(simulator):
    with receiving() as portal:
        keys = {name: f"{SENDGRID_KEY}.{name}" for name in ("clinic", "district")}
        for name, key in keys.items():
            simulator.ask("/_sim/sendgrid/webhook", {"api_key": key, "url": f"{portal.url}/{name}"})
        for name, key in keys.items():
            send(simulator, with_person(custom_args={"attempt": name}), key=key)
        eventually(lambda: len(portal.requests) >= 4)
    told = {(path, json.loads(body)[0]["attempt"]) for path, _, body in portal.requests}
    assert told == {("/clinic", "clinic"), ("/district", "district")}
