"""Promise, then deliver: what is promised in a transaction happens after its commit, or not at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoRedis
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import select, text

from app import queue
from app.config import Settings
from app.models import Template
from app.queue import JobName, enqueue_after_commit
from app.unit_of_work import NoContext, after_commit, session, transaction


class BrokenError(Exception):
    """Something broke in the middle of a transaction."""


def test_a_promise_is_kept_after_the_commit_and_not_before(app: Flask) -> None:
    kept: list[str] = []
    with transaction(1):
        session().add(Template(company_id=1, name="a promise"))
        after_commit(lambda: kept.append(_name_seen_by_another("a promise")))
        assert kept == []
    assert kept == ["a promise"]


def test_a_rollback_forgets_and_the_next_commit_does_not_send_it(app: Flask) -> None:
    kept: list[str] = []
    with pytest.raises(BrokenError), transaction(1):
        after_commit(lambda: kept.append("from the failed block"))
        raise BrokenError
    with transaction(1):
        after_commit(lambda: kept.append("from the next"))
    assert kept == ["from the next"]


def test_a_commit_that_fails_keeps_no_promise(app: Flask) -> None:
    kept: list[str] = []
    with pytest.raises(Exception, match="violates"), transaction(1):
        session().add(Template(company_id=1, name=""))
        after_commit(lambda: kept.append("too early"))
    assert kept == []


def test_a_promise_outside_a_transaction_is_refused(app: Flask) -> None:
    with pytest.raises(NoContext):
        after_commit(lambda: None)
    with pytest.raises(NoContext):
        enqueue_after_commit(JobName.PLAN_BROADCAST, 1, 1)


def test_a_job_rings_after_the_commit_with_ids_only(app: Flask, settings: Settings) -> None:
    with Redis.from_url(settings.redis_url) as redis:
        waiting = Queue("delivery", connection=redis, serializer=JSONSerializer)
        with transaction(1):
            enqueue_after_commit(JobName.PLAN_BROADCAST, 1, 7)
            assert waiting.count == 0
        (job,) = waiting.jobs
        assert (job.func_name, tuple(job.args), job.kwargs) == (str(JobName.PLAN_BROADCAST), (1, 7), {})
        assert job.failure_ttl == 7 * 24 * 3600


def test_a_dead_redis_loses_a_doorbell_and_nothing_else(app: Flask) -> None:
    dead = Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    with pytest.raises(NoRedis):
        dead.ping()
    alive = queue.redis()
    try:
        queue.bind_redis(dead)
        with transaction(1):
            session().add(Template(company_id=1, name="kept"))
            enqueue_after_commit(JobName.PLAN_BROADCAST, 1, 7)
    finally:
        queue.bind_redis(alive)
    assert _name_seen_by_another("kept") == "kept"


def test_of_two_connections_one_claims(app: Flask) -> None:
    """Claim, do not check; and with two connections, for one alone proves nothing."""
    with transaction(1):
        session().add(Template(company_id=1, name="to be claimed"))

    def claim() -> int:
        with transaction(1):
            claimed = session().execute(
                text("UPDATE templates SET archived_at = now() WHERE name = 'to be claimed' "
                     "AND archived_at IS NULL RETURNING id, pg_sleep(0.2)")
            )  # fmt: skip
            return len(claimed.all())

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda _: claim(), range(2))) == [0, 1]


def _name_seen_by_another(name: str) -> str:
    """The name, where another connection sees it already."""

    def look() -> str:
        with transaction(1):
            return session().scalar(select(Template.name).where(Template.name == name)) or ""

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(look).result()
