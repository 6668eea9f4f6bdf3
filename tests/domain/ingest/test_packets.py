"""Packets on the real database: claimed by one, resumed after a crash, and never worked on twice."""

import io
import threading
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.domain.ingest import confirming, counts, importing, packets, stages, store
from app.domain.ingest.confirming import Answers
from app.domain.tenancy.companies import company_by_alias
from app.errors import Conflict, Rejected
from app.jobs import ingest
from app.models import ContactRecord, Packet, PacketLogEntry
from app.queue import JobName
from app.unit_of_work import across_companies, transaction

PEOPLE = b"First Name,Cell\nAda,212 555 0142\nBruno,212 555 0143\nCarmen,212 555 0144\n"


@pytest.fixture
def company_id(app: Flask) -> int:
    with transaction(platform=True):
        return company_by_alias("riverside-clinic").id


@pytest.fixture
def packet_id(company_id: int) -> int:
    with store.received(io.BytesIO(PEOPLE)) as arrived, transaction(company_id):
        return packets.take_in(arrived, filename="people.csv", by=None).id


@pytest.fixture
def confirmed(company_id: int, packet_id: int) -> int:
    ingest.read_packet(company_id, packet_id)
    with transaction(company_id):
        confirming.confirm(packets.packet(packet_id), Answers(), by=None, request_key="k")
    return packet_id


def standing(company_id: int, packet_id: int) -> Packet:
    with transaction(company_id):
        return packets.packet(packet_id)


def records_of(company_id: int) -> int:
    with transaction(company_id) as session:
        return session.scalars(select(func.count()).select_from(ContactRecord)).one()


def age(company_id: int, packet_id: int) -> None:
    """Let a packet's lease run out and its last change lie an hour back."""
    with transaction(company_id) as session:
        session.execute(
            text(
                "UPDATE data_packets SET working_until = now() - interval '1 minute', "
                "updated_at = now() - interval '1 hour' WHERE company_id = :company AND id = :id"
            ),
            {"company": company_id, "id": packet_id},
        )


def test_the_file_is_kept_byte_for_byte_and_hashed(company_id: int, packet_id: int) -> None:
    packet = standing(company_id, packet_id)
    assert store.original_file(company_id, packet_id).read_bytes() == PEOPLE
    assert (packet.file_size, len(packet.sha256)) == (len(PEOPLE), 64)
    assert store.original_file(company_id, packet_id).stat().st_mode & 0o777 == 0o600


def test_of_two_uploads_by_one_press_at_the_same_moment_one_packet_is_made(company_id: int) -> None:
    made: list[int] = []
    both = threading.Barrier(2)

    def arrive() -> None:
        with store.received(io.BytesIO(PEOPLE)) as arrived, transaction(company_id):
            both.wait()
            made.append(packets.take_in(arrived, filename="a.csv", by=None, upload_key="one press").id)

    threads = [threading.Thread(target=arrive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert made[0] == made[1]
    assert store.original_file(company_id, made[0]).read_bytes() == PEOPLE


def test_what_nobody_keeps_is_removed(app: Flask) -> None:
    with store.received(io.BytesIO(PEOPLE)) as arrived:
        assert arrived.path.exists()
    assert not arrived.path.exists()


def test_of_two_workers_one_claims_a_packet(company_id: int, packet_id: int) -> None:
    with transaction(company_id):
        assert stages.claim(packet_id, "received")
    with transaction(company_id):
        assert not stages.claim(packet_id, "received")
        stages.release(packet_id, done=True)
    with transaction(company_id):
        assert stages.claim(packet_id, "received")


def test_of_two_claims_at_the_same_moment_one_wins(company_id: int, packet_id: int) -> None:
    won: list[bool] = []
    both = threading.Barrier(2)

    def claim() -> None:
        with transaction(company_id):
            both.wait()
            won.append(stages.claim(packet_id, "received"))

    threads = [threading.Thread(target=claim) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False, True]


def test_a_run_that_broke_in_the_middle_goes_on_and_stores_nothing_twice(
    company_id: int, confirmed: int
) -> None:
    broken = pytest.MonkeyPatch()
    broken.setattr(importing, "load_records", _fail)
    with pytest.raises(RuntimeError):
        ingest.run_packet(company_id, confirmed)
    broken.undo()
    assert standing(company_id, confirmed).stage == "deduplicated"
    ingest.run_packet(company_id, confirmed)
    ingest.run_packet(company_id, confirmed)
    packet = standing(company_id, confirmed)
    assert (packet.stage, packet.counts["records"], records_of(company_id)) == ("done", 3, 3)


def test_a_crash_after_storing_and_before_the_commit_leaves_no_record_behind(
    company_id: int, confirmed: int
) -> None:
    broken = pytest.MonkeyPatch()
    broken.setattr(importing, "totals_of", _fail)
    with pytest.raises(RuntimeError):
        ingest.run_packet(company_id, confirmed)
    broken.undo()
    assert records_of(company_id) == 0
    ingest.run_packet(company_id, confirmed)
    assert records_of(company_id) == 3


def _fail(*_: object) -> None:
    raise RuntimeError("the power went")


def test_the_sweep_finds_what_a_dead_worker_left_and_nothing_that_is_worked_on(
    company_id: int, packet_id: int
) -> None:
    age(company_id, packet_id)
    with across_companies(reason="a test"):
        assert stages.stuck_packets() == [(JobName.READ_PACKET, company_id, packet_id)]
    with transaction(company_id):
        assert stages.claim(packet_id, "received")
    with across_companies(reason="a test"):
        assert stages.stuck_packets() == []


def test_the_sweep_rings_the_run_of_a_confirmed_packet(company_id: int, confirmed: int) -> None:
    age(company_id, confirmed)
    with across_companies(reason="a test"):
        assert stages.stuck_packets() == [(JobName.RUN_PACKET, company_id, confirmed)]


def test_a_packet_that_fails_again_and_again_is_given_up_and_can_be_tried_again(
    company_id: int, confirmed: int
) -> None:
    broken = pytest.MonkeyPatch()
    broken.setattr(importing, "load_records", _fail)
    for _ in range(1 + stages.MOST_ATTEMPTS):  # the first still brings it a stage on, which counts anew
        with pytest.raises(RuntimeError):
            ingest.run_packet(company_id, confirmed)
    broken.undo()
    ingest.run_packet(company_id, confirmed)
    packet = standing(company_id, confirmed)
    assert (packet.stage, packet.problem) == ("failed", stages.GAVE_UP)
    with transaction(company_id):
        packets.try_again(packets.packet(confirmed), by=None)
    ingest.run_packet(company_id, confirmed)
    assert standing(company_id, confirmed).stage == "done"


def test_counts_are_those_of_the_columns_as_matched_now(company_id: int, packet_id: int) -> None:
    ingest.read_packet(company_id, packet_id)
    with transaction(company_id):
        counts.want_counts(packets.packet(packet_id))
    ingest.read_packet(company_id, packet_id)
    packet = standing(company_id, packet_id)
    assert counts.is_counted(packet)
    assert not counts.is_wanted(packet)
    assert (packet.counts["rows"], packet.counts["records"]) == (3, 3)


def test_a_confirmation_is_taken_once(company_id: int, confirmed: int) -> None:
    with transaction(company_id):
        confirming.confirm(packets.packet(confirmed), Answers(), by=None, request_key="k")
    with transaction(company_id), pytest.raises(Conflict):
        confirming.confirm(packets.packet(confirmed), Answers(), by=None, request_key="other")
    with transaction(company_id) as session:
        log = select(func.count()).select_from(PacketLogEntry).where(PacketLogEntry.to_stage == "mapped")
        assert session.scalar(log) == 1


def test_a_person_of_several_customers_names_one(company_id: int) -> None:
    with store.received(io.BytesIO(PEOPLE)) as arrived:
        with transaction(company_id, (1, 2)), pytest.raises(Rejected):
            packets.take_in(arrived, filename="a.csv", by=None)
        with transaction(company_id, (1, 2)):
            assert packets.take_in(arrived, filename="a.csv", by=None, customer_id=2).customer_id == 2


def test_a_stage_is_never_skipped(company_id: int, packet_id: int) -> None:
    with transaction(company_id), pytest.raises(ValueError, match="does not go"):
        stages.move(packet_id, "received", "done")
    with transaction(company_id), pytest.raises(Conflict):
        stages.move(packet_id, "read", "mapped")


def test_the_door_lent_to_a_run_is_opened_for_each_stage(company_id: int, confirmed: int) -> None:
    opened: list[int] = []
    door = partial(transaction, company_id)

    def counted() -> object:
        opened.append(1)
        return door()

    importing.run(confirmed, counted, lambda _packet: 0)  # type: ignore[arg-type]
    assert len(opened) > 3
