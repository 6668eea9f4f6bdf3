"""The simulator speaks Twilio's texts so that the official client cannot tell the difference."""

from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.simulator.process import ACCOUNT_SID, SENDER, TWILIO_TOKEN, eventually
from tests.simulator.receiver import receiving


class Redirected(TwilioHttpClient):
    """The official transport, only with the simulator's address."""

    def __init__(self, url):
        super().__init__(timeout=10)
        self._url = url

    def request(self, method, url, *arguments, **options):
        return super().request(
            method, url.replace("https://api.twilio.com", self._url), *arguments, **options
        )


@pytest.fixture
def client(simulator):
    return Client(ACCOUNT_SID, TWILIO_TOKEN, http_client=Redirected(simulator.url))


def test_an_accepted_text_is_in_the_ledger_once_and_can_be_fetched(simulator, client):
    sent = client.messages.create(to="+15042340101", from_=SENDER, body="Grüße, 5 o'clock")
    assert sent.status == "queued"
    assert client.messages(sent.sid).fetch().body == "Grüße, 5 o'clock"
    (entry,) = simulator.ledger("sms", to="+15042340101")
    assert (entry["sid"], entry["from"], entry["body"]) == (sent.sid, SENDER, "Grüße, 5 o'clock")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": "5042340101"}, 21211),
        ({"to": "+15040340101"}, 21211),
        ({"to": "+15042340002"}, 21211),
        ({"to": "+15042340004"}, 21610),
        ({"to": ""}, 21604),
        ({"from_": ""}, 21603),
        ({"from_": "+12"}, 21212),
        ({"to": SENDER.replace("500555", "504555"), "from_": SENDER.replace("500555", "504555")}, 21266),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
        ({"status_callback": "not a url"}, 21609),
        ({"validity_period": 99_999}, 20001),
    ],
)
def test_what_twilio_refuses_is_refused_with_its_code(simulator, client, given, code):
    before = len(simulator.ledger("sms"))
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(**{"to": "+15042340102", "from_": SENDER, "body": "Hello"} | given)
    assert (refusal.value.code, refusal.value.status) == (code, 400)
    assert len(simulator.ledger("sms")) == before


def test_a_wrong_token_is_20003_and_somebody_elses_account_too(simulator):
    for username, sid in [(ACCOUNT_SID, ACCOUNT_SID), ("AC" + "f" * 32, ACCOUNT_SID)]:
        wrong = Client(username, "wrong", account_sid=sid, http_client=Redirected(simulator.url))
        with pytest.raises(TwilioRestException) as refusal:
            wrong.messages.create(to="+15042340103", from_=SENDER, body="Hello")
        assert (refusal.value.code, refusal.value.status) == (20003, 401)
    stranger = Client(
        "AC" + "f" * 32, TWILIO_TOKEN, account_sid=ACCOUNT_SID, http_client=Redirected(simulator.url)
    )
    with pytest.raises(TwilioException, match="20003"):
        stranger.messages.list(to="+15042340101")


def test_a_list_comes_in_pages_newest_first_and_only_of_the_number_asked_for(client):
    sids = [client.messages.create(to="+15042340104", from_=SENDER, body=str(n)).sid for n in range(7)]
    client.messages.create(to="+15042340105", from_=SENDER, body="another")
    listed = client.messages.list(to="+15042340104", page_size=3)
    assert [message.sid for message in listed] == sids[::-1]


def test_an_account_can_be_limited_to_its_numbers(simulator):
    sid = "AC" + "b" * 32
    simulator.ask("/_sim/accounts", {"sid": sid, "token": "t", "numbers": ["+15042220000"]})
    client = Client(sid, "t", http_client=Redirected(simulator.url))
    with pytest.raises(TwilioRestException) as refusal:
        client.messages.create(to="+15042340106", from_=SENDER, body="Hello")
    assert refusal.value.code == 21606
    client.messages.create(to="+15042340106", from_="+15042220000", body="Hello")


def test_callbacks_are_signed_over_the_exact_url_and_say_sent_then_delivered(client):
    with receiving() as portal:
        url = f"{portal.url}/callbacks/twilio/c1/token%20a?x=1"
        sent = client.messages.create(
            to="+15042340107", from_=SENDER, body="Hello", status_callback=f"{url}#rc=3"
        )
        eventually(lambda: len(portal.requests) >= 2)
        forms = [dict(parse_qsl(body.decode())) for _, _, body in portal.requests]
        assert sorted(form["MessageStatus"] for form in forms) == ["delivered", "sent"]
        assert {form["MessageSid"] for form in forms} == {sent.sid}
        for form, (_, headers, _) in zip(forms, portal.requests, strict=True):
            signature = headers["X-Twilio-Signature"]
            assert RequestValidator(TWILIO_TOKEN).validate(url, form, signature)
            assert not RequestValidator("another").validate(url, form, signature)


def test_an_unreachable_phone_is_undelivered_with_its_code(client):
    with receiving() as portal:
        client.messages.create(
            to="+15042340003", from_=SENDER, body="Hello", status_callback=portal.url + "/cb"
        )
        eventually(lambda: len(portal.requests) >= 2)
        forms = [dict(parse_qsl(body.decode())) for _, _, body in portal.requests]
        assert {("undelivered", "30006")} == {
            (form["MessageStatus"], form["ErrorCode"]) for form in forms if "ErrorCode" in form
        }


def test_a_stop_is_told_to_the_portal_and_refuses_further_texts_until_start(simulator, client):
    person = "+15042340108"
    client.messages.create(to=person, from_=SENDER, body="Hello")
    with receiving() as portal:
        simulator.send_inbound_to(portal.url + "/inbound")
        simulator.answer_text(person=person, number=SENDER, body=" Stop ")
        eventually(lambda: portal.requests)
        form = dict(parse_qsl(portal.requests[0][2].decode(), keep_blank_values=True))
        assert (form["From"], form["To"], form["Body"], form["OptOutType"]) == (
            person,
            SENDER,
            " Stop ",
            "STOP",
        )
        signature = portal.requests[0][1]["X-Twilio-Signature"]
        assert RequestValidator(TWILIO_TOKEN).validate(portal.url + "/inbound", form, signature)
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=person, from_=SENDER, body="Hello again")
        assert refusal.value.code == 21610
        portal.answer = b"<Response><Message>Welcome back</Message></Response>"
        simulator.answer_text(person=person, number=SENDER, body="START")
        eventually(lambda: simulator.ledger("sms", to=person)[-1]["body"] == "Welcome back")
        client.messages.create(to=person, from_=SENDER, body="Hello again")


def test_each_nth_too_many_and_fault_is_answered_so_and_not_accepted(simulator, client):
    for setting, code in [("too_many_every", 20429), ("error_every", 20500)]:
        simulator.settings(**{setting: 1})
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to="+15042340109", from_=SENDER, body="Hello")
        simulator.settings(**{setting: 0})
        assert refusal.value.code == code
    assert simulator.ledger("sms", to="+15042340109") == []


def test_a_lagging_list_does_not_show_what_was_just_accepted(simulator, client):
    simulator.settings(list_lag_ms=60_000)
    client.messages.create(to="+15042340110", from_=SENDER, body="Hello")
    assert client.messages.list(to="+15042340110") == []
    simulator.settings(list_lag_ms=0)
    assert len(client.messages.list(to="+15042340110")) == 1
