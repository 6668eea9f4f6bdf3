"""The names of the queues and jobs, and the promise to enqueue one after the commit.

RQ jobs are doorbells: they carry ids only, and PostgreSQL is the truth. A sweep rings again what Redis lost.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from app import clock, unit_of_work

log = structlog.get_logger()
FAILURE_TTL: Final = 7 * 24 * 3600


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


SERVED_BY: Final = {
    JobName.READ_PACKET: QueueName.INGEST,
    JobName.RUN_PACKET: QueueName.INGEST,
    JobName.PLAN_BROADCAST: QueueName.DELIVERY,
    JobName.FILL_QUEUE: QueueName.DELIVERY,
    JobName.DISPATCH_LANE: QueueName.DELIVERY,
    JobName.RECONCILE: QueueName.DELIVERY,
    JobName.APPLY_UPDATES: QueueName.RESPONSES,
    JobName.COUNT_DAYS: QueueName.RESPONSES,
}
JOB_TIMEOUT: Final = {JobName.READ_PACKET: 600, JobName.RUN_PACKET: 3600}


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
        Queue(SERVED_BY[job], connection=redis(), serializer=JSONSerializer).enqueue(
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


def answered(job: JobName, *ids: int) -> None:
    """Say that `job` has begun, so that what arrives from now on rings again."""
    try:
        redis().delete(f"c:{ids[0]}:rung:{job}:{':'.join(map(str, ids))}")
    except RedisError as problem:
        log.warning("doorbell_lost", job=str(job), ids=ids, problem=type(problem).__name__)


def _first_in(name: QueueName) -> datetime | None:
    """Return since when the queue's first job waits; None where the queue is empty."""
    queue = Queue(name, connection=redis(), serializer=JSONSerializer)
    jobs = queue.get_jobs(0, 1)
    found: datetime | None = jobs[0].enqueued_at if jobs else None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
