"""The counted days: they say what a count of the messages would, and follow when messages change."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.domain.scheduling import broadcasts, counting
from app.jobs import schedule
from app.jobs.scheduling import count_days, plan_broadcast
from app.queue import QueueName
from app.unit_of_work import across_companies
from tests.domain.delivery.world import Sender
from tests.jobs.test_schedule import bells

COUNTED = (
    "SELECT broadcast_id, customer_id, day, channel, status, sum(messages)::int FROM delivery_days "
    "WHERE company_id = :company GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
)
DIRECT = (
    "SELECT broadcast_id, customer_id, (contact_date AT TIME ZONE 'America/New_York')::date, contact_method, "
    "contact_status, count(*)::int FROM messages WHERE company_id = :company "
    "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
)


@pytest.fixture
def sent(app: Flask, sender: Sender) -> Sender:
    """Nine people reached in two ways, each message at another point of its way, over three days."""
    sender.add_people(*[{} for _ in range(9)])
    sender.send_off("sms", "email")
    sender.sql(
        "UPDATE messages SET contact_status = (ARRAY['delivered', 'sent', 'failed'])[1 + id % 3], "
        "contact_date = contact_date - make_interval(days => (id % 3)::int) WHERE company_id = :company"
    )
    return sender


def test_counted_days_equal_a_count_of_the_messages(sent: Sender) -> None:
    count_days(sent.company_id)
    assert sent.sql(COUNTED) == sent.sql(DIRECT)
    assert sum(row[-1] for row in sent.sql(COUNTED)) == 18
    assert len({row[2] for row in sent.sql(COUNTED)}) == 3


def test_counting_again_changes_nothing(sent: Sender) -> None:
    count_days(sent.company_id)
    first = rows(sent)
    count_days(sent.company_id)
    assert rows(sent) == first


def test_a_changed_status_moves_the_count(sent: Sender) -> None:
    count_days(sent.company_id)
    sent.sql("UPDATE messages SET contact_status = 'delivered' WHERE company_id = :company")
    count_days(sent.company_id)
    assert {row[4] for row in sent.sql(COUNTED)} == {"delivered"}
    assert sent.sql(COUNTED) == sent.sql(DIRECT)


def test_a_cancelled_sending_is_counted_as_cancelled(app: Flask, sender: Sender) -> None:
    sender.add_people({}, {})
    broadcast_id = sender.send_off()
    count_days(sender.company_id)
    assert [row[4:] for row in sender.sql(COUNTED)] == [("queued", 2)]
    with sender.here():
        broadcasts.cancel_broadcast(broadcast_id)
    with app.app_context():
        plan_broadcast(sender.company_id, broadcast_id)
    count_days(sender.company_id)
    assert [row[4:] for row in sender.sql(COUNTED)] == [("cancelled", 2)]


def test_the_day_is_the_companys(app: Flask, sender: Sender) -> None:
    """Half past three in the morning of a Tuesday in UTC is Monday evening in New York."""
    sender.add_people({})
    sender.send_off()
    sender.sql("UPDATE messages SET contact_date = '2026-03-03 03:30+00' WHERE company_id = :company")
    count_days(sender.company_id)
    assert [str(row.day) for row in sender.sql(COUNTED)] == ["2026-03-02"]


def test_a_reason_is_a_sentence_of_ours_and_never_the_providers_free_text(sender: Sender) -> None:
    sender.add_people({}, {}, {})
    sender.send_off("email")
    first, second, third = (message.id for message in sender.messages())
    fail = "UPDATE messages SET contact_status = 'failed', contact_status_description = :words WHERE id = :id"
    sender.sql(f"{fail} AND company_id = :company", id=first, words="SendGrid did not send it.")
    refused = "The mail server refused the address. 550 no such user ada@example.org"
    sender.sql(f"{fail} AND company_id = :company", id=second, words=refused)
    sender.sql(f"{fail} AND company_id = :company", id=third, words="Ada moved away")
    count_days(sender.company_id)
    found = sender.sql("SELECT reason FROM delivery_days WHERE company_id = :company ORDER BY reason")
    assert list(found) == [("",), ("SendGrid did not send it.",), ("The mail server refused the address.",)]


def test_only_companies_whose_sendings_changed_are_rung_for(app: Flask, sent: Sender) -> None:
    with app.app_context():
        assert rung() == [f"count_days {sent.company_id}"]
        count_days(sent.company_id)
        finish(sent, counted_ago="2 minutes")
        assert rung() == []
        sent.sql("UPDATE broadcasts SET updated_at = now() WHERE company_id = :company")
        assert rung() == [f"count_days {sent.company_id}"]


def test_a_report_after_the_end_is_counted_within_ten_minutes(app: Flask, sent: Sender) -> None:
    count_days(sent.company_id)
    finish(sent, counted_ago="2 minutes")
    sent.sql(
        "INSERT INTO message_updates (company_id, contact_method, provider, event_id, kind, status) "
        "VALUES (:company, 'sms', 'twilio', 'late', 'status', '{}')"
    )
    assert companies() == []
    finish(sent, counted_ago="11 minutes")
    assert companies() == [sent.company_id]


def test_what_is_scheduled_for_later_is_not_counted(app: Flask, sender: Sender) -> None:
    sender.add_people({})
    sender.schedule(send_at=clock.now() + timedelta(days=1))
    assert companies() == []


def rung() -> list[str]:
    bells()
    schedule.ring_changed_days()
    return bells(QueueName.RESPONSES)


def companies() -> list[int]:
    with across_companies(reason="which companies are counted, for a test"):
        return counting.companies_to_count()


def rows(sent: Sender) -> list[Any]:
    return list(sent.sql("SELECT id, messages FROM delivery_days WHERE company_id = :company ORDER BY id"))


def finish(sent: Sender, *, counted_ago: str) -> None:
    """Let the sending have ended long ago, and its messages be counted so long ago."""
    ago = f"now() - interval '{counted_ago}'"
    sent.sql(
        "UPDATE broadcasts SET state = 'done', updated_at = now() - interval '1 hour' "
        "WHERE company_id = :company"
    )
    sent.sql(f"UPDATE delivery_days SET updated_at = {ago} WHERE company_id = :company")
