"""What comes back is read into our words; whatever else comes is rejected and never breaks anything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.errors import Rejected
from app.providers.contract import EventStatus, Outcome, ProviderEvent
from app.providers.sendgrid.events import parse_events
from app.providers.twilio.events import parse_inbound, parse_status

SID, ACCOUNT = "SM" + "0" * 32, "AC" + "1" * 32
STATUS = {"MessageSid": SID, "MessageStatus": "sent", "AccountSid": ACCOUNT, "To": "+15042340101"}
INBOUND = {
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": "+15042340101",
    "To": "+15005550006",
    "Body": "Yes",
}


def test_a_status_is_read_with_an_id_that_a_repetition_shares():
    first = parse_status(MultiDict(STATUS), "token-1")
    assert (first.event_id, first.status, first.attempt_token) == (
        f"{SID}|sent|",
        EventStatus.SENT,
        "token-1",
    )
    assert parse_status(STATUS).event_id == first.event_id
    assert parse_status(STATUS | {"MessageStatus": "delivered"}).event_id != first.event_id


@pytest.mark.parametrize(
    ("word", "code", "status", "outcome"),
    [
        ("queued", None, EventStatus.ACCEPTED, None),
        ("delivered", None, EventStatus.DELIVERED, None),
        ("undelivered", "30003", EventStatus.UNDELIVERED, Outcome.SOFT),
        ("undelivered", "30006", EventStatus.UNDELIVERED, Outcome.SUPPRESS),
        ("failed", "30007", EventStatus.FAILED, Outcome.REFUSED),
        ("failed", "31999", EventStatus.FAILED, Outcome.AMBIGUOUS),
        ("something-new", None, EventStatus.NOTED, None),
    ],
)
def test_twilios_words_become_ours(word, code, status, outcome):
    event = parse_status(STATUS | {"MessageStatus": word} | ({"ErrorCode": code} if code else {}))
    assert (event.status, event.code, event.outcome) == (status, code, outcome)


@pytest.mark.parametrize(
    "form",
    [
        {},
        STATUS | {"MessageSid": "SM1"},
        STATUS | {"MessageSid": SID + "\n"},
        STATUS | {"AccountSid": "x"},
        STATUS | {"MessageStatus": ""},
        STATUS | {"ErrorCode": "DROP"},
        MultiDict([*STATUS.items(), ("MessageStatus", "delivered")]),
        {("MessageS" if name == "MessageStatus" else name): value for name, value in STATUS.items()},
    ],
)
def test_a_status_without_its_form_is_rejected(form):
    with pytest.raises(Rejected):
        parse_status(form)


def test_a_name_that_twilio_does_not_use_is_dropped():
    assert parse_status(STATUS | {"MessageStatusX": "y"}).raw == STATUS


def test_an_incoming_text_is_read():
    text = parse_inbound(MultiDict(INBOUND | {"OptOutType": "STOP", "NumMedia": "0"}))
    assert (text.from_, text.to, text.body, text.opt_out) == ("+15042340101", "+15005550006", "Yes", "STOP")
    assert parse_inbound(INBOUND | {"Body": ""}).opt_out is None


@pytest.mark.parametrize(
    "changes", [{"From": "Ann"}, {"To": ""}, {"Body": "x" * 7000}, {"OptOutType": "MAYBE"}]
)
def test_an_incoming_text_without_its_form_is_rejected(changes):
    with pytest.raises(Rejected):
        parse_inbound(INBOUND | changes)


@given(st.dictionaries(st.sampled_from([*STATUS, *INBOUND, "ErrorCode", "X"]) | st.text(), st.text()))
def test_any_form_is_read_or_rejected(form):
    for parse in (parse_status, parse_inbound):
        try:
            parse(form)
        except Rejected as rejected:
            assert rejected.message


DELIVERED = {
    "event": "delivered",
    "email": "ann@example.com",
    "timestamp": 1_790_000_000,
    "sg_event_id": "e1",
    "sg_message_id": "m1.recvd-1-2-3",
    "attempt": "token-1",
    "response": "250 OK",
}


def test_a_delivered_email_is_read():
    (event,) = parse_events([DELIVERED])
    assert (event.event_id, event.provider_id, event.attempt_token) == ("e1", "m1", "token-1")
    assert event.status is EventStatus.DELIVERED
    assert event.at == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("changes", "status", "outcome"),
    [
        ({"event": "processed"}, EventStatus.SENT, None),
        ({"event": "bounce", "type": "bounce"}, EventStatus.UNDELIVERED, Outcome.SUPPRESS),
        ({"event": "bounce", "type": "blocked"}, EventStatus.UNDELIVERED, Outcome.SOFT),
        ({"event": "dropped"}, EventStatus.FAILED, Outcome.SUPPRESS),
        ({"event": "spamreport"}, EventStatus.NOTED, Outcome.SUPPRESS),
        ({"event": "deferred"}, EventStatus.NOTED, None),
        ({"event": "something-new"}, EventStatus.NOTED, None),
    ],
)
def test_sendgrids_words_become_ours(changes, status, outcome):
    (event,) = parse_events([DELIVERED | changes])
    assert (event.status, event.outcome) == (status, outcome)


def test_an_event_without_an_id_gets_the_same_one_each_time_it_is_told():
    bare = {name: value for name, value in DELIVERED.items() if name != "sg_event_id"}
    first, again, other = parse_events([bare, dict(reversed(bare.items())), bare | {"timestamp": 1}])
    assert first.event_id == again.event_id != other.event_id


@pytest.mark.parametrize("payload", [None, {}, "x", [1], [{}], [{"event": 7}], [DELIVERED] * 10_001])
def test_what_is_no_list_of_events_is_rejected(payload):
    with pytest.raises(Rejected):
        parse_events(payload)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)
events = st.lists(
    st.dictionaries(st.sampled_from(["type", *DELIVERED]), anything | st.sampled_from(["bounce", "open"]))
)


@given(anything | events)
def test_any_json_is_read_or_rejected(payload):
    try:
        read = parse_events(payload)
    except Rejected as rejected:
        assert rejected.message
    else:
        assert all(isinstance(event, ProviderEvent) and event.event_id for event in read)
