"""Applying stored events: forward only, whatever their order and number."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.delivery import lanes
from app.domain.delivery.claiming import Claimed, claim
from app.domain.delivery.recording import Result, record
from app.domain.delivery.tokens import AttemptToken
from app.domain.responses import applying
from app.domain.responses.storing import store_events
from app.domain.tenancy.companies import company_by_id
from app.models.statuses import RANK, may_follow
from app.providers.contract import EventStatus, Outcome, ProviderEvent
from tests.domain.delivery.world import Sender, make_sender

_ids = count()
WAY = [
    EventStatus.ACCEPTED,
    EventStatus.SENT,
    EventStatus.UNDELIVERED,
    EventStatus.DELIVERED,
    EventStatus.NOTED,
]


def claimed(sender: Sender) -> Claimed:
    """Send a text off as far as its claim: the provider may have it, and we do not know yet."""
    sender.add_people({})
    sender.send_off()
    (lane,) = sender.lanes()
    with sender.here():
        view = lanes.begin_serving(lane.id)
        assert view is not None
        (one,) = claim(view, batch=1, lease=60)
    return one


def event(sender: Sender, one: Claimed, status: EventStatus, **changes: object) -> ProviderEvent:
    with sender.here():
        public_id = company_by_id(sender.company_id).public_id
    told = {
        "event_id": f"event {next(_ids)}",
        "attempt_token": str(AttemptToken(public_id, one.message_id, one.attempt_id)),
        "provider_id": "SM1",
        "status": status,
        "code": None,
        "description": str(status),
        "at": None,
        "raw": {},
    }
    return ProviderEvent(**told | changes)  # type: ignore[arg-type]


def store(sender: Sender, *events: ProviderEvent) -> None:
    with sender.here():
        store_events("twilio", "sms", events)


def apply(sender: Sender, *events: ProviderEvent) -> None:
    store(sender, *events)
    last: int | None = 0
    while last is not None:
        with sender.here():
            last = applying.apply_updates(after=last)


def accepted(sender: Sender, one: Claimed, provider_id: str = "SM1") -> None:
    with sender.here():
        record([Result(one.message_id, one.attempt_id, "accepted", provider_id=provider_id)])


@given(order=st.permutations(WAY * 2), batches=st.lists(st.integers(1, 4), min_size=10, max_size=10))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_order_of_repeated_events_ends_in_the_same_state(
    app: Flask, order: list[EventStatus], batches: list[int]
) -> None:
    sender = make_sender()
    one = claimed(sender)
    accepted(sender, one)
    told = {status: event(sender, one, status) for status in WAY}
    ranks = [RANK["accepted"]]
    waiting = list(order)
    for size in batches:
        apply(sender, *[told[status] for status in waiting[:size]])
        waiting = waiting[size:]
        ranks.append(RANK[sender.message().contact_status])
    apply(sender, *[told[status] for status in waiting])
    assert sender.message().contact_status == "delivered"
    assert sender.message().processed is not None
    assert ranks == sorted(ranks)
    assert sender.sql("SELECT count(*) FROM message_updates WHERE company_id = :company") == [(5,)]


def test_a_status_never_follows_itself_or_a_further_one() -> None:
    for before in RANK:
        for after in RANK:
            assert may_follow(before, after) == (RANK[after] > RANK[before])
    assert not may_follow("delivered", "undelivered")
    assert may_follow("undelivered", "delivered")


def test_an_early_callback_proves_acceptance_and_empties_the_queue(sender: Sender) -> None:
    one = claimed(sender)
    apply(sender, event(sender, one, EventStatus.SENT))
    assert sender.waiting() == []
    assert (sender.message().contact_status, sender.message().provider_id) == ("sent", "SM1")
    accepted(sender, one)
    assert sender.statuses() == ["sent"]


def test_a_late_callback_keeps_a_message_from_being_sent_again(sender: Sender) -> None:
    first = claimed(sender)
    with sender.here():
        record([Result(first.message_id, first.attempt_id, "queued", again_at="-infinity")])
    apply(sender, event(sender, first, EventStatus.DELIVERED))
    assert (sender.statuses(), sender.waiting()) == (["delivered"], [])


def test_what_was_cancelled_but_arrived_is_shown_as_delivered(sender: Sender) -> None:
    one = claimed(sender)
    with sender.here():
        record([Result(one.message_id, one.attempt_id, "cancelled")])
    apply(sender, event(sender, one, EventStatus.DELIVERED))
    assert sender.statuses() == ["delivered"]


def test_an_event_of_another_text_moves_nothing(sender: Sender) -> None:
    one = claimed(sender)
    accepted(sender, one, "SM1")
    apply(sender, event(sender, one, EventStatus.DELIVERED, provider_id="SM2"))
    assert sender.statuses() == ["accepted"]


def test_a_failure_says_why_and_a_later_delivery_takes_the_words_back(sender: Sender) -> None:
    one = claimed(sender)
    accepted(sender, one)
    apply(sender, event(sender, one, EventStatus.UNDELIVERED, description="The phone was off."))
    assert sender.message().contact_status_description == "The phone was off."
    apply(sender, event(sender, one, EventStatus.DELIVERED))
    assert sender.message().contact_status_description == ""


@pytest.mark.parametrize("age", ["1 hour", "25 hours"])
def test_an_event_of_an_unknown_message_is_kept_open_for_a_day(sender: Sender, age: str) -> None:
    one = claimed(sender)
    stranger = AttemptToken(uuid4(), one.message_id + 1_000_000, uuid4())
    store(sender, event(sender, one, EventStatus.DELIVERED, attempt_token=str(stranger)))
    sender.sql(
        "UPDATE message_updates SET received_at = now() - CAST(:age AS interval) WHERE company_id = :company",
        age=age,
    )
    apply(sender)
    (row,) = sender.sql("SELECT applied_at FROM message_updates WHERE company_id = :company")
    assert (row.applied_at is None) == (age == "1 hour")


def test_a_carriers_stop_becomes_an_opt_out_of_ours(sender: Sender) -> None:
    one = claimed(sender)
    accepted(sender, one)
    apply(
        sender,
        event(sender, one, EventStatus.UNDELIVERED, code="21610", outcome=Outcome.SUPPRESS),
    )
    rows = sender.sql("SELECT address, source FROM opt_outs WHERE company_id = :company")
    assert rows == [(sender.message().to_address, "carrier")]


def test_two_appliers_at_once_do_not_wait_for_each_other(sender: Sender) -> None:
    one = claimed(sender)
    store(sender, event(sender, one, EventStatus.DELIVERED))
    with sender.here():
        assert applying.apply_updates() is not None
        assert _in_another_thread(sender) is None


def _in_another_thread(sender: Sender) -> int | None:
    def run() -> int | None:
        with sender.here():
            return applying.apply_updates()

    with ThreadPoolExecutor(1) as other:
        return other.submit(run).result(30)
