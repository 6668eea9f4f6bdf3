"""Turning a broadcast into messages: each once, to whom it may go, at an hour at which it may."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.domain.consent.opt_outs import opt_out
from app.domain.merge import templates
from app.domain.scheduling import broadcasts, planning
from app.domain.scheduling.broadcasts import Audience
from app.domain.tenancy.companies import create_customer
from tests.domain.delivery.world import Sender, make_sender

NIGHT = datetime(2030, 1, 15, 8, 0, tzinfo=UTC)  # three in the morning in New York
OFFICE = (9 * 60, 20 * 60)


def planned(sender: Sender, *channels: str, **changes: Any) -> int:
    broadcast_id = sender.schedule(*channels, **changes)
    sender.plan(broadcast_id)
    return broadcast_id


def test_everyone_gets_one_message_by_each_channel_they_can_be_reached_by(sender: Sender) -> None:
    sender.add_people({}, {"email": None}, {"phone": None}, {"phone": None, "email": None})
    planned(sender, "sms", "email")
    channels = [message.contact_method for message in sender.messages()]
    assert sorted(channels) == ["email", "email", "sms", "sms"]


def test_people_without_an_address_are_counted_and_not_forgotten(sender: Sender) -> None:
    sender.add_people({}, {"phone": None}, {"phone": None})
    broadcast_id = planned(sender)
    with sender.here():
        assert broadcasts.progress(broadcast_id).excluded == {"no_address": 2}


def test_planning_again_adds_nothing(sender: Sender) -> None:
    sender.add_people({}, {})
    broadcast_id = planned(sender)
    sender.sql("UPDATE broadcasts SET state = 'scheduled', planned_to = 0 WHERE company_id = :company")
    sender.plan(broadcast_id)
    assert len(sender.messages()) == 2


def test_planning_that_was_interrupted_goes_on_where_it_stood(sender: Sender) -> None:
    sender.add_people(*[{} for _ in range(7)])
    broadcast_id = sender.schedule()
    with sender.here():
        assert planning.plan_next(broadcast_id, stretch=3)
    with pytest.raises(RuntimeError), sender.here():
        planning.plan_next(broadcast_id, stretch=3)
        raise RuntimeError("the worker dies before its commit")
    assert len(sender.messages()) == 3
    sender.plan(broadcast_id, stretch=3)
    assert len({message.record_id for message in sender.messages()}) == 7


def test_two_planners_at_once_make_each_message_once(sender: Sender) -> None:
    sender.add_people(*[{} for _ in range(40)])
    broadcast_id = sender.schedule()
    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: sender.plan(broadcast_id, stretch=5), range(2)))
    sender.plan(broadcast_id, stretch=5)
    assert len(sender.messages()) == 40


def test_a_broadcast_for_later_is_not_planned_yet(sender: Sender) -> None:
    sender.add_people({})
    planned(sender, send_at=clock.now() + timedelta(hours=1))
    assert sender.messages() == []


@pytest.mark.parametrize("stop", [broadcasts.pause_broadcast, broadcasts.cancel_broadcast])
def test_what_is_paused_or_cancelled_is_not_planned(sender: Sender, stop: Any) -> None:
    sender.add_people({})
    broadcast_id = sender.schedule()
    with sender.here():
        stop(broadcast_id)
    sender.plan(broadcast_id)
    assert sender.messages() == []


def test_who_opted_out_of_a_channel_is_held_back_there_alone(sender: Sender) -> None:
    sender.add_people({"phone": "+12125550123", "email": "ann@example.org"})
    with sender.here():
        opt_out("sms", "+12125550123", source="reply")
    planned(sender, "sms", "email")
    found = {message.contact_method: message for message in sender.messages()}
    assert (found["sms"].contact_status, found["sms"].flag) == ("suppressed", "opted_out")
    assert found["sms"].processed is not None
    assert found["email"].contact_status == "planned"


def test_a_block_holds_back_only_who_meets_all_of_it(sender: Sender) -> None:
    sender.add_people(
        {"data": {"external_id": "A1", "last_name": "Moss"}},
        {"data": {"external_id": "A1", "last_name": "Hill"}},
        {"data": {"external_id": "B2"}},
        {"data": {"last_name": "Moss"}},
    )
    sender.block(external_id="a1", last_name="MOSS")
    sender.block(external_id="B2")
    planned(sender)
    assert [message.flag for message in sender.messages()] == ["blocked", None, "blocked", None]


def test_a_blocked_number_is_blocked_whatever_the_record_says(sender: Sender) -> None:
    sender.add_people({"phone": "+12125550123"}, {})
    sender.block(phone="+12125550123")
    planned(sender)
    assert [message.flag for message in sender.messages()] == ["blocked", None]


def test_a_customers_broadcast_reaches_that_customers_people_only(sender: Sender) -> None:
    with sender.here():
        school = create_customer(name="Birch").id
        other = create_customer(name="Cedar").id
    sender.add_people({"customer_id": school}, {"customer_id": other}, {})
    planned(sender, audience=Audience(customer_id=school))
    assert [message.customer_id for message in sender.messages()] == [school]


def test_messages_keep_the_wording_they_were_planned_with(sender: Sender) -> None:
    sender.add_people({"data": {"first_name": "Ann"}})
    planned(sender)
    with sender.here():
        templates.publish_version(sender.template_id, "sms", "Something else.")
    sender.fill()
    assert sender.message().body == "Hello Ann."


class TestHours:
    """Broadcasts of the night: `send_at` leads where it lies ahead, so the hour of the test run does not."""

    @pytest.fixture
    def sender(self, app: Flask) -> Sender:
        return make_sender(window=OFFICE)

    def planned_at_night(self, sender: Sender, **changes: Any) -> None:
        broadcast_id = sender.schedule(send_at=NIGHT, **changes)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(planning, "EARLY", "100 years")
            sender.plan(broadcast_id)

    def test_a_message_of_the_night_waits_for_the_morning(self, sender: Sender) -> None:
        sender.add_people({}, {"time_zone": "America/Los_Angeles"}, {"time_zone": "Europe/Berlin"})
        self.planned_at_night(sender)
        found = [(message.contact_date, message.flag) for message in sender.messages()]
        assert found == [
            (datetime(2030, 1, 15, 14, 0, tzinfo=UTC), "moved_into_window"),
            (datetime(2030, 1, 15, 17, 0, tzinfo=UTC), "moved_into_window"),
            (NIGHT, None),
        ]

    def test_a_customer_narrows_the_hours_and_cannot_widen_them(self, sender: Sender) -> None:
        with sender.here():
            late = create_customer(name="Late", window=(10 * 60, 12 * 60)).id
            wide = create_customer(name="Wide", window=(0, 1440)).id
        sender.add_people({"customer_id": late}, {"customer_id": wide})
        self.planned_at_night(sender)
        assert [message.contact_date.hour for message in sender.messages()] == [15, 14]

    def test_hours_that_exclude_each_other_let_nothing_out(self, sender: Sender) -> None:
        with sender.here():
            night_shift = create_customer(name="Night shift", window=(0, 60)).id
        sender.add_people({"customer_id": night_shift})
        self.planned_at_night(sender)
        assert (sender.message().contact_status, sender.message().flag) == ("expired", "window_missed")

    def test_an_emergency_knows_no_hours(self, app: Flask) -> None:
        sender = make_sender(window=OFFICE, category="emergency")
        sender.add_people({})
        self.planned_at_night(sender)
        assert (sender.message().contact_date, sender.message().priority) == (NIGHT, 0)

    @pytest.mark.parametrize(
        ("event", "status"),
        [
            (NIGHT + timedelta(hours=2), "expired"),
            (NIGHT + timedelta(hours=8), "planned"),
            (NIGHT - timedelta(days=3), "planned"),
        ],
        ids=["before the hours begin", "after they begin", "long past"],
    )
    def test_a_message_is_never_moved_across_its_event(
        self, sender: Sender, event: datetime, status: str
    ) -> None:
        sender.add_people({"event_at": event})
        self.planned_at_night(sender)
        assert sender.message().contact_status == status
