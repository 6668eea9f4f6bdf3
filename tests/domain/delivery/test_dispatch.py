"""Sending for real, to the simulator: what arrives, what is held back at the last moment."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.config import Settings
from app.domain.consent.opt_outs import opt_out
from app.domain.delivery import clearing, dispatch, lanes
from app.domain.delivery.handing_over import build_courier
from app.domain.scheduling import broadcasts
from app.domain.tenancy.companies import company_by_id
from app.jobs.delivery import dispatch_lane
from app.unit_of_work import transaction
from tests.domain.delivery.world import Sender, a_number, make_sender
from tests.simulator.process import RunningSimulator


def dispatch_all(sender: Sender) -> None:
    for lane in sender.lanes():
        dispatch_lane(sender.company_id, lane.id)


def send_with(sender: Sender, settings: Settings, meanwhile: Callable[[], Any]) -> None:
    """Send one batch; `meanwhile` happens after the claim was committed and before the second look."""
    (lane,) = sender.lanes()
    with sender.here():
        view, company = lanes.begin_serving(lane.id), company_by_id(sender.company_id)
    assert view is not None
    courier = build_courier(settings, company, view.channel)
    opened = 0

    def in_company() -> Any:
        nonlocal opened
        opened += 1
        if opened == 2:
            meanwhile()
        return transaction(sender.company_id)

    dispatch.send_batch(in_company, view, courier, settings.delivery)
    courier.close()


def test_a_text_arrives_as_it_was_rendered(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    number = a_number()
    sender.add_people({"phone": number, "data": {"first_name": "ann"}})
    sender.send_off()
    dispatch_all(sender)
    (arrived,) = simulator.ledger("sms", to=number)
    assert (arrived["body"], arrived["from"]) == ("Hello Ann.", "+15005550006")
    message = sender.message()
    assert (message.contact_status, message.provider_id) == ("accepted", arrived["sid"])
    assert sender.waiting() == []


def test_an_email_arrives_with_subject_and_name_of_the_sender(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({"email": "ann.dispatch@example.org", "data": {"first_name": "Ann"}})
    sender.send_off("email")
    dispatch_all(sender)
    (arrived,) = simulator.ledger("email", to="ann.dispatch@example.org")
    assert (arrived["subject"], arrived["text"]) == ("For Ann", "Hello Ann.")
    assert (arrived["from"], arrived["from_name"]) == ("hello@testing.example", "Testing & Co")
    assert sender.statuses() == ["accepted"]


def test_a_lane_is_served_until_it_is_empty(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people(*[{} for _ in range(130)])
    sender.send_off()
    dispatch_all(sender)
    assert sender.statuses() == ["accepted"] * 130
    assert len({message.provider_id for message in sender.messages()}) == 130


def test_no_connection_is_held_while_the_provider_thinks(
    app: Flask, sender: Sender, sending: Settings
) -> None:
    sender.add_people({})
    sender.send_off()
    (lane,) = sender.lanes()
    held: list[int] = []

    class Watching:
        def hand_over(self, claimed: Any, *, within: float) -> list[Any]:
            held.append(app.extensions["sqlalchemy"].engine.pool.checkedout())
            return []

    with sender.here():
        view = lanes.begin_serving(lane.id)
    dispatch.send_batch(sender.here, view, Watching(), sending.delivery)  # type: ignore[arg-type]
    assert held == [0]


@pytest.mark.parametrize(
    ("meanwhile", "status"),
    [
        (lambda broadcast_id, number: broadcasts.cancel_broadcast(broadcast_id), "cancelled"),
        (lambda broadcast_id, number: broadcasts.pause_broadcast(broadcast_id), "queued"),
        (lambda broadcast_id, number: opt_out("sms", number, source="reply"), "suppressed"),
    ],
    ids=["cancelled", "paused", "opted out"],
)
def test_what_changes_between_claim_and_call_is_seen(
    sender: Sender, sending: Settings, simulator: RunningSimulator, meanwhile: Any, status: str
) -> None:
    number = a_number()
    sender.add_people({"phone": number})
    broadcast_id = sender.send_off()

    def change() -> None:
        with sender.here():
            meanwhile(broadcast_id, number)

    send_with(sender, sending, change)
    assert sender.statuses() == [status]
    assert len(sender.waiting()) == (status == "queued")
    assert simulator.ledger("sms", to=number) == []


def test_a_resumed_broadcast_sends_what_the_pause_had_put_aside(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({})
    broadcast_id = sender.send_off()
    with sender.here():
        broadcasts.pause_broadcast(broadcast_id)
    dispatch_all(sender)
    assert [row.attempts for row in sender.waiting()] == [0]
    with sender.here():
        broadcasts.resume_broadcast(broadcast_id)
        clearing.wake_held()
    dispatch_all(sender)
    assert sender.statuses() == ["accepted"]


def test_cancelling_clears_what_waits_and_leaves_what_went(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people(*[{} for _ in range(6)])
    broadcast_id = sender.send_off()
    send_with(sender, sending, lambda: None)
    sender.add_people({}, {})
    later = sender.schedule()
    sender.plan(later)
    with sender.here():
        broadcasts.cancel_broadcast(later)
    more = True
    while more:
        with sender.here():
            more = clearing.clear_cancelled(later, batch=3)
    found = Counter((message.broadcast_id, message.contact_status) for message in sender.messages())
    assert found == {(broadcast_id, "accepted"): 6, (later, "cancelled"): 8}


def test_a_row_that_waited_past_the_hours_waits_for_the_next_ones(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    number = a_number()
    sender.add_people({"phone": number})
    sender.send_off()
    sender.sql(
        "UPDATE companies SET window_from = w.minute, window_until = w.minute + 1 FROM (SELECT "
        "(extract(hour FROM local) * 60 + extract(minute FROM local) + 720)::int % 1439 AS minute "
        "FROM (SELECT now() AT TIME ZONE 'America/New_York' AS local) now) w WHERE id = :company"
    )
    dispatch_all(sender)
    message, (row,) = sender.message(), sender.waiting()
    assert (message.contact_status, message.flag) == ("queued", "moved_into_window")
    assert row.available_at == message.contact_date > row.created_at
    assert simulator.ledger("sms", to=number) == []


def test_an_opt_out_that_only_the_carrier_knew_becomes_ours(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({"phone": "+12125550004"})
    sender.send_off()
    dispatch_all(sender)
    assert (sender.message().contact_status, sender.message().flag) == ("suppressed", "opted_out")
    assert sender.sql("SELECT address, source FROM opt_outs WHERE company_id = :company") == [
        ("+12125550004", "carrier")
    ]


def test_a_number_that_cannot_be_reached_fails_in_plain_words(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({"phone": "+12125550002"})
    sender.send_off()
    dispatch_all(sender)
    assert sender.statuses() == ["failed"]
    assert "not a valid phone number" in sender.message().contact_status_description


def test_what_was_never_processed_waits_a_little_and_goes_out_then(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    simulator.settings(too_many_every=1)
    sender.add_people({})
    sender.send_off()
    send_with(sender, sending, lambda: None)
    (row,) = sender.waiting()
    assert (row.state, row.attempts, row.attempt_id) == ("queued", 1, None)
    assert row.available_at > row.created_at
    simulator.settings(too_many_every=0)
    sender.sql("UPDATE queue SET available_at = now() WHERE company_id = :company")
    send_with(sender, sending, lambda: None)
    assert sender.statuses() == ["accepted"]


def test_what_is_never_processed_fails_after_eight_tries(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    simulator.settings(too_many_every=1)
    sender.add_people({})
    sender.send_off()
    sender.sql("UPDATE queue SET attempts = 7 WHERE company_id = :company")
    send_with(sender, sending, lambda: None)
    assert sender.statuses() == ["failed"]
    assert sender.waiting() == []


def test_an_account_that_cannot_send_pauses_the_lane_and_keeps_the_rows(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({}, {})
    sender.send_off()
    sender.sql("UPDATE queue SET from_address = '' WHERE company_id = :company")
    asked = simulator.counts()["sms"]["refused"]
    dispatch_all(sender)
    (lane,) = sender.lanes()
    assert simulator.counts()["sms"]["refused"] - asked == 2, "a paused lane asked again"
    assert lane.paused_reason == "No sender was given. Set the company's sender."
    assert sender.statuses() == ["queued", "queued"]
    assert [row.attempts for row in sender.waiting()] == [0, 0]


def test_a_broken_answer_makes_unknown_and_sends_nothing_again(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    number = a_number()
    simulator.settings(drop_every=1)
    sender.add_people({"phone": number})
    sender.send_off()
    dispatch_all(sender)
    dispatch_all(sender)
    assert sender.statuses() == ["unknown"]
    assert len(simulator.ledger("sms", to=number)) == 1


def test_a_company_with_hours_says_how_long_the_provider_may_try(
    app: Flask, sending: Settings, simulator: RunningSimulator
) -> None:
    sender = make_sender(window=(0, 1439))
    sender.add_people({})
    sender.send_off()
    (lane,) = sender.lanes()
    seen: list[int | None] = []

    class Watching:
        def hand_over(self, claimed: Any, *, within: float) -> list[Any]:
            seen.extend(one.closes_in for one in claimed)
            return []

    with sender.here():
        view = lanes.begin_serving(lane.id)
    dispatch.send_batch(sender.here, view, Watching(), sending.delivery)  # type: ignore[arg-type]
    assert all(one is not None and 60 <= one <= 36_000 for one in seen)
