"""What holds for every provider: the one contract, tried on all of them over real HTTP."""

import os
import threading
from dataclasses import dataclass
from typing import Any

import pytest

from app.providers.build import build_email_provider, build_text_provider
from app.providers.contract import Outcome, OutgoingEmail, OutgoingText, SendGridAccount, TwilioAccount
from tests.providers.far_ends import answering, http, nobody_listening
from tests.simulator.process import ACCOUNT_SID, SENDER, SENDGRID_KEY, TWILIO_TOKEN


@dataclass
class Kind:
    """How to build a provider and a message for it."""

    channel: str
    build: Any
    message: Any


def text_provider(url, **options):
    return build_text_provider(TwilioAccount(ACCOUNT_SID, TWILIO_TOKEN, url, **options))


def email_provider(url, **options):
    return build_email_provider(SendGridAccount(SENDGRID_KEY, url, **options))


def a_text(number, token=None):
    return OutgoingText(token or f"t-{number}", f"+1504{2360000 + number}", SENDER, f"Hello {number}", "")


def an_email(number, token=None):
    to = f"person{number}@example.com"
    return OutgoingEmail(
        token or f"t-{number}", to, "clinic@example.com", "Clinic", None, "Hello", f"Hi {number}", None
    )


KINDS = [Kind("sms", text_provider, a_text), Kind("email", email_provider, an_email)]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.channel)
def kind(request):
    return request.param


def test_every_message_is_accepted_once_and_answered_in_order(kind, simulator):
    before = len(simulator.ledger(kind.channel))
    messages = [kind.message(number) for number in range(1000, 1500)]
    answers = kind.build(simulator.url).send_many(messages)
    assert [answer.attempt_token for answer in answers] == [message.attempt_token for message in messages]
    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}
    assert all(answer.provider_id for answer in answers)
    entries = simulator.ledger(kind.channel)[before:]
    assert sorted(entry["to"] for entry in entries) == sorted(message.to for message in messages)


def test_nothing_to_send_sends_nothing(kind, simulator):
    assert kind.build(simulator.url).send_many([]) == []


def test_an_accepted_message_whose_answer_was_lost_is_ambiguous(kind, simulator):
    simulator.settings(drop_every=1)
    before = len(simulator.ledger(kind.channel))
    (answer,) = kind.build(simulator.url).send_many([kind.message(2001)])
    simulator.settings(drop_every=0)
    assert (answer.outcome, answer.provider_id) == (Outcome.AMBIGUOUS, None)
    assert len(simulator.ledger(kind.channel)) == before + 1


def test_no_answer_in_time_is_ambiguous(kind, simulator):
    simulator.settings(latency_ms=1_500)
    (answer,) = kind.build(simulator.url, read_timeout=0.2).send_many([kind.message(2002)])
    simulator.settings(latency_ms=0)
    assert (answer.outcome, answer.code) == (Outcome.AMBIGUOUS, "read_timeout")


def test_nobody_listening_is_safe_to_retry(kind):
    with nobody_listening() as url:
        (answer,) = kind.build(url).send_many([kind.message(2003)])
    assert (answer.outcome, answer.code) == (Outcome.RETRY, "connect_failed")


def test_a_name_that_does_not_exist_is_safe_to_retry(kind):
    (answer,) = kind.build("http://nowhere.invalid").send_many([kind.message(2004)])
    assert answer.outcome is Outcome.RETRY


def test_a_far_end_that_cannot_speak_tls_is_safe_to_retry(kind, simulator):
    url = simulator.url.replace("http://", "https://")
    (answer,) = kind.build(url, connect_timeout=2).send_many([kind.message(2005)])
    assert answer.outcome is Outcome.RETRY


@pytest.mark.parametrize(
    ("far_answer", "outcome"),
    [
        (None, Outcome.AMBIGUOUS),
        (http(500, b"oops"), Outcome.AMBIGUOUS),
        (http(503), Outcome.AMBIGUOUS),
        (http(302, b"", "Location: http://127.0.0.1:9/elsewhere"), Outcome.AMBIGUOUS),
        (http(418, b"new to us"), Outcome.AMBIGUOUS),
        (b"SSH-2.0-OpenSSH\r\n", Outcome.AMBIGUOUS),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{", Outcome.AMBIGUOUS),
        (http(429), Outcome.RETRY),
        (http(401), Outcome.STOP_COMPANY),
        (http(403), Outcome.STOP_COMPANY),
    ],
)
def test_each_answer_means_what_the_rules_say_and_is_asked_for_once(kind, far_answer, outcome):
    with answering(far_answer) as far_end:
        (answer,) = kind.build(far_end.url, read_timeout=0.5).send_many([kind.message(2006)])
        assert answer.outcome is outcome
        assert answer.description
        assert len(far_end.requests) == 1


def test_after_the_last_moment_nothing_is_begun(kind, simulator):
    before = len(simulator.ledger(kind.channel))
    answers = kind.build(simulator.url).send_many([kind.message(n) for n in range(5)], give_up_after=-1)
    assert {(answer.outcome, answer.code) for answer in answers} == {(Outcome.RETRY, "out_of_time")}
    assert len(simulator.ledger(kind.channel)) == before


def test_a_child_of_a_fork_opens_connections_of_its_own(kind, simulator):
    provider = kind.build(simulator.url)
    provider.send_many([kind.message(3000)])
    child = os.fork()
    if child == 0:
        answers = provider.send_many([kind.message(3001)])
        os._exit(0 if answers[0].outcome is Outcome.ACCEPTED else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert provider.send_many([kind.message(3002)])[0].outcome is Outcome.ACCEPTED


def test_threads_can_share_a_provider(kind, simulator):
    provider, answers = kind.build(simulator.url), []

    def send(number):
        answers.extend(provider.send_many([kind.message(number)]))

    threads = [threading.Thread(target=send, args=(4000 + number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.outcome for answer in answers] == [Outcome.ACCEPTED] * 8


def test_a_closed_provider_opens_again(kind, simulator):
    provider = kind.build(simulator.url)
    provider.close()
    assert provider.send_many([kind.message(5000)])[0].outcome is Outcome.ACCEPTED
    provider.close()
    assert provider.send_many([kind.message(5001)])[0].outcome is Outcome.ACCEPTED


def test_secrets_do_not_show_in_an_account():
    assert TWILIO_TOKEN not in repr(TwilioAccount(ACCOUNT_SID, TWILIO_TOKEN))
    assert SENDGRID_KEY not in repr(SendGridAccount(SENDGRID_KEY))
