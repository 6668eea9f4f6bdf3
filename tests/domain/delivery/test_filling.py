"""From a due message to a row that waits: what stands there is what will be sent."""

from datetime import timedelta

from app import clock
from app.domain.delivery import filling
from app.domain.merge import templates
from app.domain.scheduling import broadcasts
from tests.domain.delivery.world import Sender, make_sender


def test_a_due_message_is_rendered_once_and_waits_in_its_lane(sender: Sender) -> None:
    sender.add_people({"data": {"first_name": "ann"}, "phone": "+12125550123"})
    sender.send_off()
    (row,), message = sender.waiting(), sender.message()
    assert row.message_data == {"body": "Hello Ann.", "subject": ""}
    assert (row.to_address, row.from_address, row.state) == ("+12125550123", "+15005550006", "queued")
    assert (message.body, message.segments, message.contact_status) == ("Hello Ann.", 1, "queued")
    assert [(lane.channel, lane.priority) for lane in sender.lanes()] == [("sms", 1)]


def test_filling_again_queues_nothing_twice(sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    sender.fill()
    assert len(sender.waiting()) == 1


def test_what_is_not_due_stays_planned(sender: Sender) -> None:
    sender.add_people({})
    broadcast_id = sender.schedule(send_at=clock.now() + timedelta(seconds=50))
    sender.plan(broadcast_id)
    sender.fill()
    assert sender.statuses() == ["planned"]


def test_a_paused_broadcast_is_not_filled_and_does_not_hold_up_another(sender: Sender) -> None:
    sender.add_people({})
    paused, going = sender.schedule(name="paused"), sender.schedule(name="going")
    for one in (paused, going):
        sender.plan(one)
    with sender.here():
        broadcasts.pause_broadcast(paused)
    sender.fill()
    found = {message.broadcast_id: message.contact_status for message in sender.messages()}
    assert found == {paused: "planned", going: "queued"}


def test_an_emergency_is_filled_first(sender: Sender) -> None:
    sender.add_people({})
    sender.plan(sender.schedule())
    sender.sql("UPDATE templates SET category = 'emergency' WHERE company_id = :company")
    sender.plan(sender.schedule())
    with sender.here():
        filling.fill_queue(batch=1)
    assert [row.priority for row in sender.waiting()] == [0]


def test_what_cannot_be_sent_fails_with_the_reason(app: object) -> None:
    for body, reason in (("{data.nothing}", "empty"), ("x" * 1601, "1,601 characters")):
        sender = make_sender(body=body)
        sender.add_people({})
        sender.send_off()
        message = sender.message()
        assert message.contact_status == "failed"
        assert reason in message.contact_status_description
        assert message.processed is not None
        assert sender.waiting() == []


def test_a_value_with_a_line_break_cannot_forge_a_mail_header(sender: Sender) -> None:
    with sender.here():
        templates.publish_version(sender.template_id, "email", "Hello.", subject="{data.first_name|asis}")
    sender.add_people({"data": {"first_name": "Ann\r\nBcc: all@example.org"}})
    sender.send_off("email")
    assert sender.statuses() == ["failed"]
    assert "line break" in sender.message().contact_status_description
