"""The processes behind the portal: `worker.py worker` does the jobs, `worker.py clock` rings for them.

Both end cleanly at SIGTERM: the worker after the job it is doing, the clock at once.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from time import monotonic
from types import FrameType

import structlog
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import DequeueStrategy

from app import unit_of_work
from app.factory import create_app
from app.jobs.schedule import PERIODIC, Periodic
from app.queue import QueueName, redis

log = structlog.get_logger()
LONGEST_REST = 0.5


class ForkingWorker(Worker):
    """Does each job in a child of its own, which must not use what it inherited from its parent."""

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        unit_of_work.forget_connections()
        structlog.contextvars.bind_contextvars(job_id=job.id)
        super().main_work_horse(job, queue)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the two until told to stop; exit code 0 after a clean stop."""
    parser = argparse.ArgumentParser(prog="worker.py", description=__doc__)
    parser.add_argument("what", choices=("worker", "clock"))
    parser.add_argument("queues", nargs="*", type=QueueName, help="the worker's queues (default: all)")
    chosen = parser.parse_args(arguments)
    with create_app().app_context():
        if chosen.what == "worker":
            work(chosen.queues or list(QueueName))
        else:
            keep_time()
    return 0


def work(names: Sequence[QueueName]) -> None:
    """Do jobs until SIGTERM. The queues take turns, so that a long sending never keeps a STOP waiting."""
    queues = [Queue(name, connection=redis(), serializer=JSONSerializer) for name in names]
    worker = ForkingWorker(
        queues,
        connection=redis(),
        serializer=JSONSerializer,
        maintenance_interval=30,
        job_monitoring_interval=10,
        log_job_description=False,
    )
    worker.work(logging_level="WARNING", dequeue_strategy=DequeueStrategy.ROUND_ROBIN)


def keep_time() -> None:
    """Do the periodic work when each piece's time has come. What fails is logged and tried the next time."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    next_at = dict.fromkeys(range(len(PERIODIC)), 0.0)
    while not stopping.wait(LONGEST_REST):
        for place, periodic in enumerate(PERIODIC):
            if monotonic() >= next_at[place] and not stopping.is_set():
                next_at[place] = monotonic() + periodic.every
                attempt(periodic)


def attempt(periodic: Periodic) -> None:
    """Do one piece of periodic work; a database or a simulator that is away is no reason to end."""
    try:
        periodic.run()
    except Exception as problem:
        log.warning("periodic_failed", work=periodic.run.__name__, problem=type(problem).__name__)


if __name__ == "__main__":
    sys.exit(main())
