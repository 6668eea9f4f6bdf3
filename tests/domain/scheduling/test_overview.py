"""The numbers of the home page: from the roll-up, of what may be seen, and in the company's days."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.domain.scheduling import counting, overview
from app.domain.scheduling.problems import problems
from app.domain.scheduling.sending_counts import counts_of
from app.domain.scheduling.week import share, week
from app.models import Broadcast
from app.unit_of_work import session, transaction
from tests.domain.delivery.world import Sender

ZONE = "America/New_York"
LATE_EVENING = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
"""Still the second of March in New York."""


@pytest.mark.parametrize(
    ("delivered", "missed", "expected"),
    [(0, 0, None), (10, 0, 100.0), (0, 4, 0.0), (2, 1, 66.7), (99_999, 1, 99.9)],
)
def test_only_all_is_a_hundred_per_cent(delivered: int, missed: int, expected: float | None) -> None:
    assert share(delivered, missed) == expected


def test_a_week_has_the_companys_days(sender: Sender) -> None:
    with time_machine.travel(LATE_EVENING, tick=False), sender.here():
        past = week(ZONE)
    assert [str(day.day) for day in (past.days[0], past.today, past.tomorrow)] == [
        "2026-02-24",
        "2026-03-02",
        "2026-03-03",
    ]
    assert (past.rate, past.as_of) == (None, None)


def test_a_week_adds_up_what_was_counted(sender: Sender) -> None:
    sender.add_people({}, {}, {}, {})
    sender.send_off()
    settle(sender, "delivered", "delivered", "failed", "unknown")
    with sender.here():
        counting.count_days()
        past = week(ZONE)
    assert (past.delivered, past.not_reached, past.on_the_way, past.unknown) == (2, 1, 1, 1)
    assert past.rate == 66.7
    assert past.today.delivered == 2
    assert [(one.reason.words, one.messages) for one in past.missed] == [("The number is a landline.", 1)]


def test_what_goes_out_tomorrow_is_not_of_today(sender: Sender) -> None:
    sender.add_people({}, {})
    sender.send_off()
    sender.sql(
        "UPDATE messages SET contact_date = contact_date + interval '1 day' WHERE company_id = :company"
    )
    with sender.here():
        counting.count_days()
        past = week(ZONE)
    assert (past.today.to_go, past.tomorrow.to_go) == (0, 2)


def test_a_delegated_person_sees_the_numbers_of_their_customers_alone(sender: Sender) -> None:
    own, other = (add_customer(sender, name) for name in ("Birch", "Cedar"))
    sender.add_people({"customer_id": own}, {"customer_id": other}, {"customer_id": other})
    sender.send_off()
    settle(sender, "delivered", "delivered", "delivered")
    with sender.here():
        counting.count_days()
        assert week(ZONE).delivered == 3
    with transaction(sender.company_id, [own]):
        assert week(ZONE).delivered == 1
    with transaction(sender.company_id, []):
        assert week(ZONE).delivered == 0


def test_large_sendings_are_read_from_the_roll_up_and_small_ones_counted(sender: Sender) -> None:
    sender.add_people({}, {}, {})
    broadcast_id = sender.send_off()
    with sender.here():
        counting.count_days()
    settle(sender, "delivered", "delivered", "delivered")
    assert shown(sender, broadcast_id) == {"delivered": 3}
    sender.sql("UPDATE broadcasts SET counts = counts || '{\"people\": 1000000}' WHERE company_id = :company")
    assert shown(sender, broadcast_id) == {"queued": 3}
    with sender.here():
        counting.count_days()
    assert shown(sender, broadcast_id) == {"delivered": 3}


def test_problems_are_ranked_and_a_stopped_channel_is_one_problem(sender: Sender) -> None:
    sender.add_people({}, {})
    sender.send_off()
    settle(sender, "failed", "unknown")
    for priority in (1, 2):
        sender.sql(
            "INSERT INTO lanes (company_id, channel, priority, paused_reason) VALUES (:company, 'sms', "
            ":priority, 'No account.') ON CONFLICT (company_id, shard, channel, priority) "
            "DO UPDATE SET paused_reason = excluded.paused_reason",
            priority=priority,
        )
    sender.sql(
        "UPDATE data_packets SET stage = 'done', counts = '{\"refused\": 4}' WHERE company_id = :company"
    )
    with sender.here():
        counting.count_days()
        found = problems(week(ZONE), imports=True)
        without = problems(week(ZONE), imports=False)
    assert [one.kind for one in found] == ["stopped", "missed", "unknown", "refused_rows"]
    assert found[-1].number == 4
    assert [one.kind for one in without] == ["stopped", "missed", "unknown"]


def test_a_pause_that_is_over_is_no_problem(sender: Sender) -> None:
    sender.sql(
        "INSERT INTO lanes (company_id, channel, priority, paused_reason, paused_until) "
        "VALUES (:company, 'sms', 1, 'Too fast.', now() - interval '1 minute')"
    )
    with sender.here():
        assert problems(week(ZONE), imports=True) == []


def test_tomorrow_lists_what_is_scheduled_for_it(sender: Sender) -> None:
    begin, _ = overview.day_in(ZONE, ahead=1)
    later = sender.schedule(send_at=begin + timedelta(hours=9))
    sender.schedule(send_at=begin + timedelta(days=1))
    with sender.here():
        assert [one.id for one in overview.sendings_tomorrow(ZONE)] == [later]
        assert overview.sendings_today(ZONE) == []


def settle(sender: Sender, *statuses: str) -> None:
    """Let the company's messages stand at these statuses, in order."""
    for message, status in zip(sender.messages(), statuses, strict=True):
        sender.sql(
            "UPDATE messages SET contact_status = :status, contact_status_description = "
            "'The number is a landline.' WHERE company_id = :company AND id = :id",
            status=status,
            id=message.id,
        )


def add_customer(sender: Sender, name: str) -> int:
    return int(
        sender.sql(
            "INSERT INTO customers (company_id, name) VALUES (:company, :name) RETURNING id", name=name
        )[0].id
    )


def shown(sender: Sender, broadcast_id: int) -> dict[str, int]:
    with sender.here():
        found = session().get(Broadcast, (sender.company_id, broadcast_id))
        assert found is not None
        return counts_of([found]).get(broadcast_id, {})
