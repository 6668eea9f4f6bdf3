"""E-mails: many people in a call without anybody seeing another, and finding out who spoilt a call."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.providers.contract import Outcome, OutgoingEmail
from app.providers.sendgrid.batches import MOST_PEOPLE, batches, body
from tests.providers.far_ends import answering, http
from tests.providers.test_contract import email_provider

LONG = "x" * 20_000


def email(number, **changes):
    return OutgoingEmail(
        **{
            "attempt_token": f"t-{number}",
            "to": f"p{number}@example.com",
            "from_address": "clinic@example.com",
            "from_name": "The Clinic",
            "reply_to": "desk@example.com",
            "subject": f"Hello {number}",
            "text": f"Dear {number}",
            "html": f"<p>Dear {number}</p>",
        }
        | changes
    )


def test_everybody_gets_their_own_words_and_nobody_elses(simulator):
    tricky = [
        email(1, text="-text- -html- {{name}} %name% $& \\1", html="<p>-text-</p>"),
        email(2, html=None),
        email(3, text="", html="<b>only html</b>"),
        email(4, text=LONG + "4", html="<p>" + LONG + "</p>"),
        email(5, text=LONG + "5", html="<p>" + LONG + "</p>"),
        email(6, subject="Grüße ☀", from_name="", reply_to=None),
    ]
    answers = email_provider(simulator.url).send_many(tricky)
    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}
    for sent in tricky:
        (entry,) = simulator.ledger("email", to=sent.to)
        assert (entry["subject"], entry["text"] or "", entry["html"]) == (sent.subject, sent.text, sent.html)
        assert entry["args"] == {"attempt": sent.attempt_token}
        assert (entry["from_name"] or "", entry["reply_to"]) == (sent.from_name, sent.reply_to)


def test_a_thousand_people_share_a_call_and_the_next_begins_another():
    groups = list(batches([email(number) for number in range(2500)]))
    assert sorted(len(group) for group in groups) == [500, 1000, 1000]


def test_many_mails_to_few_addresses_need_no_more_calls_than_the_most_one_address_gets():
    groups = list(batches([email(number, to=f"P{number // 3}@example.com") for number in range(90)]))
    assert [len(group) for group in groups] == [30, 30, 30]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            email,
            st.integers(0, 30),
            text=st.sampled_from(["short", "other", LONG, LONG + "2", ""]),
            html=st.sampled_from([None, "<p>", LONG]),
            from_address=st.sampled_from(["a@example.com", "b@example.com"]),
            reply_to=st.sampled_from([None, "r@example.com"]),
        ),
        max_size=40,
    )
)
def test_a_call_never_holds_one_address_twice_and_never_mixes_senders_or_long_contents(emails):
    groups = list(batches(emails))
    assert sorted(id(e) for group in groups for e in group) == sorted(id(e) for e in emails)
    for group in groups:
        assert len(group) <= MOST_PEOPLE
        assert len({e.to for e in group}) == len(group)
        assert len({(e.from_address, e.from_name, e.reply_to) for e in group}) == 1
        filled = body(group)
        for sent, person in zip(group, filled["personalizations"], strict=True):
            values = [content["value"] for content in filled["content"]]
            for tag, value in person.get("substitutions", {}).items():
                values = [text.replace(tag, value) for text in values]
            assert values == [text for text in (sent.text, sent.html) if text]


def test_a_bad_address_among_a_thousand_is_refused_alone(simulator):
    emails = [email(number) for number in range(10_000, 11_000)]
    emails[700] = email(10_700, to="no address")
    emails[5] = email(10_005, subject="")
    answers = email_provider(simulator.url).send_many(emails)
    refused = {answer.attempt_token for answer in answers if answer.outcome is Outcome.REFUSED}
    assert refused == {"t-10700", "t-10005"}
    assert sum(answer.outcome is Outcome.ACCEPTED for answer in answers) == 998
    arrived = [e for e in simulator.ledger("email") if 10_000 <= int(e["args"]["attempt"][2:]) < 11_000]
    assert len(arrived) == 998


def test_a_call_refused_without_a_name_is_halved_until_the_guilty_one_is_alone():
    refusal = http(400, b'{"errors": [{"message": "Bad Request", "field": null}]}')
    accepted = http(202, b"", "X-Message-Id: m1")
    with answering(refusal, accepted, refusal, accepted, refusal) as far_end:
        answers = email_provider(far_end.url, concurrency=1).send_many([email(number) for number in range(4)])
    assert [answer.outcome for answer in answers] == [*[Outcome.ACCEPTED] * 3, Outcome.REFUSED]


def test_a_sender_that_is_refused_is_refused_for_all_with_one_call():
    refusal = http(400, b'{"errors": [{"message": "not verified", "field": "from.email"}]}')
    with answering(refusal) as far_end:
        answers = email_provider(far_end.url, read_timeout=0.5).send_many([email(n) for n in range(50)])
        assert len(far_end.requests) == 1
    assert {answer.outcome for answer in answers} == {Outcome.REFUSED}
    assert "not verified" in answers[0].description


def test_a_413_is_a_page_and_is_halved_as_well():
    too_large = http(413, b"<html>413</html>", "Content-Type: text/html")
    accepted = http(202, b"", "X-Message-Id: m1")
    with answering(too_large, accepted, too_large) as far_end:
        answers = email_provider(far_end.url, concurrency=1).send_many([email(1), email(2)])
    assert [(answer.outcome, answer.code) for answer in answers] == [
        (Outcome.ACCEPTED, None),
        (Outcome.REFUSED, "413"),
    ]


@pytest.mark.parametrize("field", ["subject", "from_name", "to", "reply_to", "from_address"])
@pytest.mark.parametrize("bad", ["a\r\nBcc: all@example.com", "a\nb", "a\rb", "a\0b"])
def test_a_line_break_in_a_header_is_refused_before_anything_is_sent(simulator, field, bad):
    before = simulator.counts()["email"]["accepted"]
    answers = email_provider(simulator.url).send_many([email(1, **{field: bad}), email(77_000)])
    assert (answers[0].outcome, answers[0].code) == (Outcome.REFUSED, "line_break")
    assert answers[1].outcome is Outcome.ACCEPTED
    assert simulator.counts()["email"]["accepted"] == before + 1


def test_the_official_client_speaks_and_the_body_is_json():
    with answering(http(202, b"", "X-Message-Id: m1")) as far_end:
        (answer,) = email_provider(far_end.url).send_many([email(1)])
        head = far_end.requests[0].partition(b"\r\n\r\n")[0].lower()
    assert answer.provider_id == "m1"
    assert head.startswith(b"post /v3/mail/send http/1.1")
    assert b"user-agent: sendgrid/" in head
    assert b"content-type: application/json" in head
