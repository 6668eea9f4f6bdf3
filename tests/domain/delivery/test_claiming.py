"""Claiming: whoever's UPDATE matched a row works on it, and nobody else."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from app.domain.delivery import lanes
from app.domain.delivery.claiming import Claimed, claim
from app.domain.delivery.recording import Result, record
from tests.domain.delivery.world import Sender


def claim_some(sender: Sender, batch: int = 10, lease: int = 60) -> list[Claimed]:
    (lane,) = sender.lanes()
    with sender.here():
        view = lanes.begin_serving(lane.id)
        return claim(view, batch=batch, lease=lease) if view else []


def test_two_connections_never_claim_the_same_row(sender: Sender) -> None:
    sender.add_people(*[{} for _ in range(60)])
    sender.send_off()
    (lane,) = sender.lanes()
    view, both_in = lanes.LaneView(lane.id, "sms", 1), Barrier(2)

    def take(_number: int) -> list[int]:
        with sender.here():
            claimed = claim(view, batch=30, lease=60)
            both_in.wait(30)
            return [one.message_id for one in claimed]

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(take, range(2))
    assert len(first) == len(second) == 30
    assert not set(first) & set(second)


def test_a_claim_is_told_to_the_message_and_has_a_lease(sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    (claimed,) = claim_some(sender)
    (row,), message = sender.waiting(), sender.message()
    assert (message.contact_status, message.attempt_id) == ("claimed", claimed.attempt_id)
    assert (row.state, row.attempts, claimed.attempts) == ("claimed", 1, 1)
    assert row.lease_until is not None
    assert row.claimed_at is not None
    assert (row.lease_until - row.claimed_at).total_seconds() == 60
    assert claim_some(sender) == []


def test_a_paused_lane_is_not_served_and_a_resumed_one_is(sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    with sender.here():
        lanes.pause_lanes("sms", "The account is suspended.")
    assert claim_some(sender) == []
    assert [lane.paused_reason for lane in sender.lanes()] == ["The account is suspended."]
    with sender.here():
        lanes.resume_lanes("sms")
    assert len(claim_some(sender)) == 1


def test_a_late_writer_whose_row_went_to_another_attempt_spoils_nothing(sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    (late,) = claim_some(sender)
    with sender.here():
        record([Result(late.message_id, late.attempt_id, "queued", again_at="-infinity")])
    (current,) = claim_some(sender)
    with sender.here():
        record([Result(late.message_id, late.attempt_id, "failed", "too late")])
    assert sender.statuses() == ["claimed"]
    with sender.here():
        record([Result(current.message_id, current.attempt_id, "accepted", provider_id="SM1")])
    assert (sender.message().contact_status, sender.message().provider_id) == ("accepted", "SM1")
    assert sender.waiting() == []


def test_recording_twice_is_recording_once(sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    (claimed,) = claim_some(sender)
    for status in ("accepted", "failed"):
        with sender.here():
            record([Result(claimed.message_id, claimed.attempt_id, status, provider_id="SM1")])
    assert sender.statuses() == ["accepted"]
