"""What a person can do with a broadcast, and what they are told before."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app import clock
from app.domain.consent.opt_outs import opt_out
from app.domain.merge import templates
from app.domain.scheduling import broadcasts
from app.domain.scheduling.broadcasts import Audience
from app.errors import Conflict, NotFound, Rejected
from app.queue import redis
from tests.domain.delivery.world import Sender, make_sender


def test_the_same_request_twice_makes_one_broadcast(sender: Sender) -> None:
    first = sender.schedule(request_key="the same", name="First")
    assert sender.schedule(request_key="the same", name="Second") == first
    with sender.here():
        assert broadcasts.broadcast_view(first).name == "First"


def test_one_that_is_due_is_rung_for_and_a_later_one_is_not(sender: Sender) -> None:
    sender.schedule(send_at=clock.now() + timedelta(hours=2))
    assert redis().llen("rq:queue:delivery") == 0
    sender.schedule()
    assert redis().llen("rq:queue:delivery") == 1


def test_a_channel_without_wording_is_refused_with_what_to_do(sender: Sender) -> None:
    with pytest.raises(Rejected, match="no wording for phone calls") as refused:
        sender.schedule("phone")
    assert refused.value.field == "channels"


def test_an_audience_of_another_company_is_not_found(sender: Sender) -> None:
    other = make_sender()
    with pytest.raises(NotFound):
        sender.schedule(audience=Audience(packet_id=other.packet_id))
    with pytest.raises(NotFound):
        sender.schedule(template_id=other.template_id)


def test_an_audience_survives_being_stored() -> None:
    for audience in (Audience(packet_id=3), Audience(customer_id=4), Audience(3, 4), Audience()):
        assert Audience.from_json(audience.as_json()) == audience
    with pytest.raises(Rejected):
        Audience.from_json({})


def test_the_summary_says_what_planning_then_does(sender: Sender) -> None:
    sender.add_people(
        {}, {"email": None}, {"phone": None}, {"phone": "+12125550123", "data": {"first_name": "Ж" * 80}}
    )
    with sender.here():
        opt_out("email", "gone@example.org", source="unsubscribe")
    sender.add_people({"email": "gone@example.org"})
    with sender.here():
        summary = broadcasts.summarise(sender.template_id, sender.everyone, ["sms", "email"], clock.now())
    sender.send_off("sms", "email")
    messages = sender.messages()
    going = [message for message in messages if message.contact_status == "queued"]
    assert summary.people == 5
    assert summary.messages == len(going)
    assert summary.by_channel == {"sms": 4, "email": 3}
    assert summary.excluded == {"opted_out": 1, "no_address": 2}
    assert summary.segments == sum(message.segments or 0 for message in going) == 5
    assert summary.segments_exact


def test_a_broadcast_that_is_over_cannot_be_cancelled(sender: Sender) -> None:
    broadcast_id = sender.schedule()
    with sender.here():
        broadcasts.cancel_broadcast(broadcast_id)
    with pytest.raises(Conflict, match="can no longer be changed"), sender.here():
        broadcasts.cancel_broadcast(broadcast_id)


def test_a_paused_broadcast_goes_on_from_where_it_stood(sender: Sender) -> None:
    sender.add_people({})
    broadcast_id = sender.send_off()
    with sender.here():
        assert broadcasts.pause_broadcast(broadcast_id).state == "paused"
    with sender.here():
        assert broadcasts.resume_broadcast(broadcast_id).state == "sending"
    later = sender.schedule()
    with sender.here():
        broadcasts.pause_broadcast(later)
        assert broadcasts.resume_broadcast(later).state == "scheduled"


def test_progress_counts_by_status_and_channel(sender: Sender) -> None:
    sender.add_people({}, {"phone": None})
    broadcast_id = sender.send_off("sms", "email")
    with sender.here():
        progress = broadcasts.progress(broadcast_id)
    assert progress.by_status == {"queued": 3}
    assert progress.by_channel == {"sms": 1, "email": 2}
    assert progress.excluded == {"no_address": 1}
    assert (progress.total, progress.finished, progress.done) == (3, 0, False)
    assert progress.eta == "About to go out."


def test_a_template_of_one_customer_serves_that_customer_only(sender: Sender) -> None:
    with sender.here() as opened:
        school = opened.execute(
            text("INSERT INTO customers (company_id, name) VALUES (:c, 'Birch') RETURNING id"),
            {"c": sender.company_id},
        ).scalar_one()
        own = templates.create_template(name="Birch's own", customer_id=school).id
        templates.publish_version(own, "sms", "Hello.")
    assert sender.schedule(template_id=own, audience=Audience(customer_id=school))
    with pytest.raises(Rejected, match="another part of the company"):
        sender.schedule(template_id=own)
