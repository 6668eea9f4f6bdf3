"""The names of the queues and jobs, and the promise to enqueue one after the commit.

RQ jobs are doorbells: they carry ids only, and PostgreSQL is the truth. A sweep rings again what Redis lost.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from app import clock, unit_of_work

log = structlog.get_logger()
FAILURE_TTL: Final = 7 * 24 * 3600
HEARTBEAT: Final = timedelta(minutes=2)


class QueueName(StrEnum):
    """The worker serves them in this order."""

    DELIVERY = "delivery"
    RESPONSES = "responses"
    INGEST = "ingest"


class JobName(StrEnum):
    """Every job: the function of that dotted name; a test resolves each."""

    READ_PACKET = "app.jobs.ingest.read_packet"
    RUN_PACKET = "app.jobs.ingest.run_packet"
    PLAN_BROADCAST = "app.jobs.scheduling.plan_broadcast"
    FILL_QUEUE = "app.jobs.delivery.fill_queue"
    DISPATCH_LANE = "app.jobs.delivery.dispatch_lane"
    RECONCILE = "app.jobs.delivery.reconcile"
    APPLY_UPDATES = "app.jobs.responses.apply_updates"
    COUNT_DAYS = "app.jobs.scheduling.count_days"
    SEND_ACCOUNT_MAILS = "app.jobs.identity.send_account_mails"
    SEND_TEXT_CODE = "app.jobs.text_codes.send_text_code"


SERVED_BY: Final = {
    JobName.READ_PACKET: QueueName.INGEST,
    JobName.RUN_PACKET: QueueName.INGEST,
    JobName.PLAN_BROADCAST: QueueName.DELIVERY,
    JobName.FILL_QUEUE: QueueName.DELIVERY,
    JobName.DISPATCH_LANE: QueueName.DELIVERY,
    JobName.RECONCILE: QueueName.DELIVERY,
    JobName.APPLY_UPDATES: QueueName.RESPONSES,
    JobName.COUNT_DAYS: QueueName.RESPONSES,
    JobName.SEND_ACCOUNT_MAILS: QueueName.RESPONSES,
    JobName.SEND_TEXT_CODE: QueueName.DELIVERY,
}
JOB_TIMEOUT: Final = {JobName.READ_PACKET: 600, JobName.RUN_PACKET: 3600}


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """One worker: what it does (`idle`, `busy`), which queues it serves, when it last gave a sign."""

    name: str
    state: str
    queues: str
    seen: datetime | None

    @property
    def alive(self) -> bool:
        return self.seen is not None and clock.now() - self.seen < HEARTBEAT


@dataclass(slots=True)
class _Bell:
    redis: "Redis | None" = None


_bell = _Bell()


def bind_redis(redis: "Redis") -> None:
    """Name the Redis server that holds the queues."""
    _bell.redis = redis


def redis() -> "Redis":
    """Return the connected Redis client."""
    if _bell.redis is None:
        raise unit_of_work.NoContext("Redis is not connected: create_app has not run.")
    return _bell.redis


def enqueue_after_commit(job: JobName, *ids: int) -> None:
    """Promise to ring `job` with these ids (the company's first) once the open transaction has committed."""
    unit_of_work.after_commit(lambda: ring(job, *ids))


def ring(job: JobName, *ids: int) -> None:
    """Ring `job` now, for sweeps. A dead Redis is logged and left to the next sweep: nothing is lost."""
    try:
        _queue(SERVED_BY[job]).enqueue(
            str(job),
            args=ids,
            job_timeout=JOB_TIMEOUT.get(job, 180),
            result_ttl=0,
            failure_ttl=FAILURE_TTL,
            description=f"{job.rpartition('.')[2]} {' '.join(map(str, ids))}",
        )
    except RedisError as problem:
        log.warning("doorbell_lost", job=str(job), ids=ids, problem=type(problem).__name__)


def ring_once(job: JobName, *ids: int, within: int = 2) -> None:
    """Ring `job` unless the same was rung in the last `within` seconds: many callbacks, one doorbell."""
    try:
        fresh = redis().set(f"c:{ids[0]}:rung:{job}:{':'.join(map(str, ids))}", 1, nx=True, ex=within)
    except RedisError as problem:
        log.warning("doorbell_lost", job=str(job), ids=ids, problem=type(problem).__name__)
        return
    if fresh:
        ring(job, *ids)


def longest_wait() -> float:
    """Return for how many seconds the first job of any queue has waited for a worker; raise RedisError."""
    heads = [one for name in QueueName if (one := _first_in(name)) is not None]
    waits = [(clock.now() - head).total_seconds() for head in heads]
    return max(waits, default=0.0)


def jobs_waiting() -> dict[str, int]:
    """Return how many jobs wait in each queue for a worker; raise RedisError."""
    return {name.value: _queue(name).count for name in QueueName}


def workers() -> list[WorkerSeen]:
    """Return the workers that Redis knows of, by name; raise RedisError."""
    found = Worker.all(connection=redis(), serializer=JSONSerializer)
    return sorted(
        (
            WorkerSeen(
                one.name, str(one.get_state()), ", ".join(one.queue_names()), _aware(one.last_heartbeat)
            )
            for one in found
        ),
        key=lambda one: one.name,
    )


def answered(job: JobName, *ids: int) -> None:
    """Say that `job` has begun, so that what arrives from now on rings again."""
    try:
        redis().delete(f"c:{ids[0]}:rung:{job}:{':'.join(map(str, ids))}")
    except RedisError as problem:
        log.warning("doorbell_lost", job=str(job), ids=ids, problem=type(problem).__name__)


def _first_in(name: QueueName) -> datetime | None:
    """Return since when the queue's first job waits; None where the queue is empty."""
    jobs = _queue(name).get_jobs(0, 1)
    return _aware(jobs[0].enqueued_at) if jobs else None


def _queue(name: QueueName) -> Queue:
    return Queue(name, connection=redis(), serializer=JSONSerializer)


def _aware(moment: datetime | None) -> datetime | None:
    """Return the moment with its zone: some versions of RQ leave out that it is UTC."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
