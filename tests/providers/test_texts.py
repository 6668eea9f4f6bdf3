"""Texts: what Twilio's codes mean, looking up what may have been sent, and the request as Twilio wants it."""

import signal
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from app.providers.contract import CannotAsk, Outcome, OutgoingText
from app.providers.twilio.codes import verdict
from tests.providers.far_ends import answering, http, nobody_listening
from tests.providers.test_contract import text_provider
from tests.simulator.process import SENDER

SERVICE = "MG" + "a" * 32


def an_hour_ago():
    return datetime.now(UTC) - timedelta(hours=1)


def text_to(number, **changes):
    return OutgoingText(
        **{"attempt_token": "t", "to": number, "from_": SENDER, "body": "Hi", "callback_url": ""} | changes
    )


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({"to": "+15042370002"}, Outcome.SUPPRESS, "21211"),
        ({"to": "+15042370004"}, Outcome.SUPPRESS, "21610"),
        ({"body": "x" * 1601}, Outcome.REFUSED, "21617"),
        ({"from_": "+1"}, Outcome.STOP_COMPANY, "21212"),
        ({"callback_url": "nowhere"}, Outcome.STOP_COMPANY, "21609"),
    ],
)
def test_a_refusal_is_put_into_our_words(simulator, changes, outcome, code):
    (answer,) = text_provider(simulator.url).send_many([text_to("+15042370010", **changes)])
    assert (answer.outcome, answer.code) == (outcome, code)
    assert len(answer.description.split()) > 4


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        (20429, 429, Outcome.RETRY),
        (None, 429, Outcome.RETRY),
        (21610, 500, Outcome.AMBIGUOUS),
        (99999, 400, Outcome.AMBIGUOUS),
        ("30003", None, Outcome.SOFT),
        ("30006", None, Outcome.SUPPRESS),
        ("30034", None, Outcome.STOP_COMPANY),
        ("30007", None, Outcome.REFUSED),
        ("nonsense", None, Outcome.AMBIGUOUS),
        (None, None, Outcome.AMBIGUOUS),
    ],
)
def test_a_code_means_what_the_rules_say_and_an_unknown_one_is_never_a_retry(code, status, outcome):
    assert verdict(code, status).outcome is outcome


def test_a_text_whose_answer_was_lost_can_be_found_by_number_and_time(simulator):
    provider, number = text_provider(simulator.url), "+15042370011"
    simulator.settings(drop_every=1)
    (answer,) = provider.send_many([text_to(number, body="Grüße, see you at 9")])
    simulator.settings(drop_every=0)
    assert answer.outcome is Outcome.AMBIGUOUS
    (found,) = provider.find(to=number, created_after=an_hour_ago())
    assert found.provider_id == simulator.ledger("sms", to=number)[0]["sid"]
    assert (found.to, found.from_, found.body) == (number, SENDER, "Grüße, see you at 9")
    assert provider.find(to=number, created_after=datetime.now(UTC) + timedelta(minutes=1)) == []
    assert provider.find(to="+15042370012", created_after=an_hour_ago()) == []


def test_what_a_person_wrote_to_us_is_not_found_as_a_text_of_ours(simulator):
    provider = text_provider(simulator.url)
    simulator.answer_text(person="+15042370013", number=SENDER, body="Hello")
    assert provider.find(to=SENDER, created_after=an_hour_ago()) == []


@pytest.mark.parametrize("far_answer", [None, http(500), http(200, b"not json"), http(401), http(200, b"[]")])
def test_a_list_that_cannot_be_had_is_not_the_same_as_nothing_found(far_answer):
    with answering(far_answer) as far_end, pytest.raises(CannotAsk):
        text_provider(far_end.url, read_timeout=0.5).find(to="+15042370014", created_after=an_hour_ago())


def test_nobody_to_ask_is_not_the_same_as_nothing_found():
    with nobody_listening() as url, pytest.raises(CannotAsk):
        text_provider(url).find(to="+15042370014", created_after=an_hour_ago())


@pytest.mark.parametrize(
    "body", [b"", b"not json", b"[]", b"{}", b'{"sid": null}', b'{"sid": 7, "date_created": "x"}']
)
def test_a_yes_that_cannot_be_read_is_ambiguous(body):
    with answering(http(201, body)) as far_end:
        (answer,) = text_provider(far_end.url).send_many([text_to("+15042370015")])
    assert answer.outcome is Outcome.AMBIGUOUS


def test_a_messaging_service_takes_the_place_of_a_number_and_the_validity_is_sent(simulator):
    provider, number = text_provider(simulator.url), "+15042370016"
    (answer,) = provider.send_many([text_to(number, from_=SERVICE, validity_seconds=600)])
    assert answer.outcome is Outcome.ACCEPTED
    (found,) = provider.find(to=number, created_after=an_hour_ago())
    assert found.from_ == SERVICE
    with answering(http(201, b'{"sid": "SM1"}')) as far_end:
        text_provider(far_end.url).send_many([text_to(number, from_=SERVICE, validity_seconds=600)])
        head, _, body = far_end.requests[0].partition(b"\r\n\r\n")
    form = parse_qs(body.decode())
    assert (form["MessagingServiceSid"], form["ValidityPeriod"]) == ([SERVICE], ["600"])
    assert "From" not in form
    assert head.startswith(b"POST /2010-04-01/Accounts/AC")
    assert b"twilio-python/" in head


def test_one_connection_serves_many_texts(simulator):
    with answering(*[http(201, b'{"sid": "SM1"}')] * 20) as far_end:
        answers = text_provider(far_end.url, concurrency=1).send_many([text_to("+15042370017")] * 20)
        assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}
        assert len(far_end._connections) == 1


class Stopped(Exception):  # noqa: N818  (reads as what happened)
    """What a job's time limit raises in the middle of anything."""


def test_a_job_that_is_stopped_stops_sending(simulator):
    def stop(*_):
        raise Stopped

    before = signal.signal(signal.SIGALRM, stop)
    simulator.settings(latency_ms=20)
    provider = text_provider(simulator.url, concurrency=1)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Stopped):
            provider.send_many([text_to("+15042370018")] * 100)
    finally:
        signal.signal(signal.SIGALRM, before)
    sent = len(simulator.ledger("sms", to="+15042370018"))
    # Others by the same loop: had the stopped ones gone on, they would have kept pace with these.
    provider.send_many([text_to("+15042370019")] * 20)
    simulator.settings(latency_ms=0)
    assert 0 < sent < 90
    assert len(simulator.ledger("sms", to="+15042370018")) <= sent + 1
