"""Doors that the queue opens for imports: read a file, count what it would become, run what was confirmed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog

from app.domain.ingest import importing, packets, stages
from app.domain.scheduling.after_import import send_as_wished
from app.unit_of_work import transaction

log = structlog.get_logger()
BEAT_SECONDS = stages.LEASE_SECONDS / 4


def read_packet(company_id: int, packet_id: int) -> None:
    """Bring a packet to where a person is needed next: read its file, count what its rows would become."""
    with _claimed(company_id, packet_id, "received", "read") as user_id:
        if user_id is not None:
            door = partial(transaction, company_id, user=user_id or None)
            importing.read(packet_id, door)
            importing.count(packet_id, door)


def run_packet(company_id: int, packet_id: int) -> None:
    """Import what was confirmed, from whichever stage it stands at."""
    with _claimed(company_id, packet_id, *stages.RUNNING) as user_id:
        if user_id is not None:
            door = partial(transaction, company_id, user=user_id or None)
            importing.run(packet_id, door, send_as_wished)


@contextmanager
def _claimed(company_id: int, packet_id: int, *standing: str) -> Iterator[int | None]:
    """Hold a packet while it is worked on; None where it is not ours, else who acts (0 for nobody).

    A thread renews the lease, so that a file may take long and a worker that was killed is soon replaced.
    """
    with transaction(company_id):
        mine = stages.claim(packet_id, *standing)
        packet = packets.packet(packet_id) if mine else None
    if packet is None:
        yield None
        return
    ended, done = threading.Event(), False
    beat = threading.Thread(target=_beat, args=(ended, company_id, packet_id), daemon=True)
    beat.start()
    try:
        yield packet.details.get("confirmed_by") or packet.created_by or 0
        done = True
    finally:
        ended.set()
        beat.join()
        with transaction(company_id):
            stages.release(packet_id, done=done)


def _beat(ended: threading.Event, company_id: int, packet_id: int) -> None:
    while not ended.wait(BEAT_SECONDS):
        try:
            with transaction(company_id):
                stages.keep_claim(packet_id)
        except Exception as problem:  # the work goes on; without its lease another may only repeat it
            log.warning("lease_not_renewed", packet_id=packet_id, problem=type(problem).__name__)
