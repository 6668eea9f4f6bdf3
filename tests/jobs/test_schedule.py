"""The clock: what is due is rung for, and what a lost doorbell left lying is found."""

from importlib import import_module

import pytest
from flask import Flask

from app.domain.scheduling import broadcasts
from app.jobs import schedule
from app.jobs.delivery import fill_queue
from app.jobs.scheduling import plan_broadcast
from app.queue import SERVED_BY, JobName, QueueName, redis
from tests.domain.delivery.world import Sender


@pytest.mark.parametrize("job", list(JobName))
def test_every_job_is_a_function_and_has_a_queue(job: JobName) -> None:
    module, _, function = job.rpartition(".")
    assert callable(getattr(import_module(module), function))
    assert SERVED_BY[job] in QueueName


def bells(queue: QueueName = QueueName.DELIVERY) -> list[str]:
    """Describe the jobs that wait, and take them away, as if Redis had lost them."""
    ids = [job.decode() for job in redis().lrange(f"rq:queue:{queue}", 0, -1)]
    found = [(redis().hget(f"rq:job:{job}", "description") or b"").decode() for job in ids]
    redis().flushdb()
    return found


def test_every_step_is_found_again_when_redis_lost_its_bell(app: Flask, sender: Sender) -> None:
    sender.add_people({})
    broadcast_id = sender.schedule()
    company = sender.company_id
    with app.app_context():
        bells()
        schedule.ring_due_broadcasts()
        assert bells() == [f"plan_broadcast {company} {broadcast_id}"]
        plan_broadcast(company, broadcast_id)
        bells()
        schedule.ring_due_messages()
        assert bells() == [f"fill_queue {company}"]
        fill_queue(company)
        bells()
        schedule.ring_waiting_lanes()
        schedule.ring_waiting_lanes()
        (lane,) = sender.lanes()
        assert bells() == [f"dispatch_lane {company} {lane.id}"]


def test_a_cancelled_broadcast_is_cleared_away_when_its_bell_was_lost(app: Flask, sender: Sender) -> None:
    sender.add_people({})
    broadcast_id = sender.send_off()
    with sender.here():
        broadcasts.cancel_broadcast(broadcast_id)
    with app.app_context():
        bells()
        schedule.ring_due_broadcasts()
        assert bells() == [f"plan_broadcast {sender.company_id} {broadcast_id}"]
        plan_broadcast(sender.company_id, broadcast_id)
    assert (sender.statuses(), sender.waiting()) == (["cancelled"], [])


def test_a_broadcast_is_done_when_its_last_message_is(app: Flask, sender: Sender) -> None:
    sender.add_people({})
    broadcast_id = sender.send_off()
    with app.app_context():
        schedule.close_broadcasts()
        assert state(sender, broadcast_id) == "sending"
        sender.sql("UPDATE messages SET processed = now() WHERE company_id = :company")
        schedule.close_broadcasts()
    assert state(sender, broadcast_id) == "done"


def test_what_waits_for_later_is_not_rung_for(app: Flask, sender: Sender) -> None:
    sender.add_people({})
    sender.send_off()
    sender.sql("UPDATE queue SET available_at = now() + interval '1 hour' WHERE company_id = :company")
    with app.app_context():
        bells()
        for periodic in schedule.PERIODIC:
            if periodic.run is not schedule.register_companies:
                periodic.run()
    assert bells() == []


def state(sender: Sender, broadcast_id: int) -> str:
    with sender.here():
        return broadcasts.broadcast_view(broadcast_id).state
