"""What became of an attempt that nobody finished: asked for, never guessed, never sent again blindly."""

from datetime import timedelta

import pytest
from flask import Flask

from app.config import Settings
from app.domain.delivery import lanes, reconciling
from app.domain.delivery.claiming import Claimed, claim
from app.jobs.delivery import dispatch_lane, reconcile
from app.providers.contract import FoundMessage
from app.unit_of_work import across_companies
from tests.domain.delivery.world import Sender, a_number
from tests.simulator.process import RunningSimulator


def dispatch_all(sender: Sender) -> None:
    for lane in sender.lanes():
        dispatch_lane(sender.company_id, lane.id)


def abandoned(sender: Sender, *, age: int = 300) -> list[Claimed]:
    """Claim what waits, as a worker that is then killed; `age` seconds ago, so that the lease is over."""
    (lane,) = sender.lanes()
    with sender.here():
        view = lanes.begin_serving(lane.id)
        claimed = claim(view, batch=100, lease=120) if view else []
    sender.sql(
        "UPDATE queue SET claimed_at = claimed_at - make_interval(secs => :age), "
        "lease_until = lease_until - make_interval(secs => :age) WHERE company_id = :company",
        age=age,
    )
    return claimed


def test_a_text_that_was_accepted_before_the_line_broke_is_adopted(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    simulator.settings(drop_every=2)
    sender.add_people(*[{} for _ in range(10)])
    sender.send_off()
    dispatch_all(sender)
    assert sorted(sender.statuses()) == ["accepted"] * 5 + ["unknown"] * 5
    reconcile(sender.company_id)
    assert sender.statuses() == ["accepted"] * 10
    numbers = {message.to_address for message in sender.messages()}
    arrived = [entry for entry in simulator.ledger("sms") if entry["to"] in numbers]
    assert {entry["sid"] for entry in arrived} == {message.provider_id for message in sender.messages()}
    assert len(arrived) == 10


def test_a_text_that_never_went_out_is_sent_again_after_two_looks(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    number = a_number()
    sender.add_people({"phone": number})
    sender.send_off()
    abandoned(sender)
    reconcile(sender.company_id)
    assert sender.statuses() == ["unknown"]
    assert [row.looks for row in sender.waiting()] == [1]
    reconcile(sender.company_id)
    assert sender.statuses() == ["queued"]
    dispatch_all(sender)
    assert sender.statuses() == ["accepted"]
    assert len(simulator.ledger("sms", to=number)) == 1
    assert sender.message().attempts == 2


def test_a_lease_that_still_runs_is_left_alone(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({})
    sender.send_off()
    abandoned(sender, age=0)
    reconcile(sender.company_id)
    assert sender.statuses() == ["claimed"]


def test_a_provider_that_cannot_be_asked_counts_as_no_look(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({})
    sender.send_off()
    abandoned(sender)
    simulator.settings(error_every=1)
    reconcile(sender.company_id)
    (row,) = sender.waiting()
    assert (row.state, row.looks) == ("unknown", 0)
    assert row.lease_until is not None
    assert row.lease_until > row.updated_at


def test_an_email_of_unknown_fate_waits_for_its_events(
    sender: Sender, sending: Settings, simulator: RunningSimulator
) -> None:
    sender.add_people({"email": "lost@example.org"})
    sender.send_off("email")
    abandoned(sender)
    for _ in range(3):
        reconcile(sender.company_id)
    assert sender.statuses() == ["unknown"]
    assert "not sent again by itself" in sender.message().contact_status_description


class TestDeciding:
    """The verdict over what the provider lists, case by case."""

    @pytest.fixture
    def lost(self, sender: Sender, sending: Settings) -> reconciling.Lost:
        sender.add_people({"phone": "+12125550123"})
        sender.send_off()
        abandoned(sender)
        with sender.here():
            reconciling.expire_leases(sending.delivery)
        with sender.here():
            (found,) = reconciling.take_lost(sending.delivery)
        return found

    def decide(self, sender: Sender, sending: Settings, lost: reconciling.Lost, *listed: FoundMessage) -> str:
        with sender.here():
            reconciling.decide([lost], {lost.to_address: list(listed)}, sending.delivery)
        return sender.messages()[0].contact_status

    def listed(self, lost: reconciling.Lost, sid: str = "SM1", **changes: object) -> FoundMessage:
        told: dict[str, object] = {
            "provider_id": sid,
            "to": lost.to_address,
            "from_": lost.from_address,
            "body": lost.body,
            "created_at": lost.claimed_at + timedelta(seconds=1),
            "status": "delivered",
        }
        return FoundMessage(**told | changes)  # type: ignore[arg-type]

    def test_one_match_is_this_one(self, sender: Sender, sending: Settings, lost: reconciling.Lost) -> None:
        assert self.decide(sender, sending, lost, self.listed(lost)) == "accepted"
        assert sender.messages()[0].provider_id == "SM1"

    @pytest.mark.parametrize(
        "changes",
        [{"body": "Something else."}, {"from_": "+15005550009"}, {}],
        ids=["body", "sender", "time"],
    )
    def test_another_body_sender_or_time_is_another_text(
        self, sender: Sender, sending: Settings, lost: reconciling.Lost, changes: dict[str, object]
    ) -> None:
        changes = changes or {"created_at": lost.claimed_at - timedelta(seconds=6)}
        assert self.decide(sender, sending, lost, self.listed(lost, **changes)) == "unknown"
        assert [row.looks for row in sender.waiting()] == [1]

    def test_several_matches_are_left_to_a_person(
        self, sender: Sender, sending: Settings, lost: reconciling.Lost
    ) -> None:
        several = [self.listed(lost, "SM1"), self.listed(lost, "SM2")]
        assert self.decide(sender, sending, lost, *several) == "unknown"
        assert "A person must decide" in sender.message().contact_status_description
        with sender.here():
            assert reconciling.take_lost(sending.delivery) == []

    def test_a_text_that_is_known_as_another_message_is_not_taken(
        self, sender: Sender, sending: Settings, lost: reconciling.Lost
    ) -> None:
        sender.add_people({"phone": lost.to_address})
        sender.plan(sender.schedule())
        sender.sql(
            "UPDATE messages SET provider_id = 'SM1' WHERE company_id = :company AND id <> :id",
            id=lost.message_id,
        )
        assert self.decide(sender, sending, lost, self.listed(lost, "SM1")) == "unknown"

    def test_while_another_text_to_the_number_is_going_out_nothing_is_decided(
        self, sender: Sender, sending: Settings, lost: reconciling.Lost
    ) -> None:
        sender.add_people({"phone": lost.to_address})
        sender.send_off()
        abandoned(sender, age=0)
        assert self.decide(sender, sending, lost, self.listed(lost, "SM1")) == "unknown"
        assert sender.waiting()[0].looks == 0


def test_the_clock_sees_which_companies_have_something_to_find_out(app: Flask, sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    abandoned(sender)
    with across_companies(reason="a test of the clock"):
        assert reconciling.companies_with_lost_attempts() == [sender.company_id]
