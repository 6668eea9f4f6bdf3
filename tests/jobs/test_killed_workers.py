"""The promise: no message goes out twice because a machine failed, and none is lost in silence."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.config import Settings
from app.domain.delivery.accounts import account_sid
from app.domain.scheduling import broadcasts
from app.domain.tenancy.companies import company_by_id
from tests.domain.delivery.world import Sender, a_number
from tests.jobs.processes import listening, working
from tests.servers import FIELD_KEY
from tests.simulator.process import RunningSimulator, eventually, running_simulator

PEOPLE = 2_000
KILLS = 10
BETWEEN_KILLS = 180


def environment(settings: Settings, simulator: RunningSimulator, public_url: str) -> dict[str, str]:
    """Settings of the workers: small batches, and leases and waits of seconds."""
    return {
        "CARILLON_ENV": "demo",
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "FIELD_KEYS": FIELD_KEY,
        "PUBLIC_URL": public_url,
        "SIMULATOR_PORT": simulator.url.rpartition(":")[2],
        "DELIVERY_LEASE": "3",
        "DELIVERY_RECONCILE_AFTER": "1",
        "DELIVERY_SECOND_LOOK_AFTER": "1",
        "DELIVERY_BATCH": "50",
        "DELIVERY_IN_FLIGHT": "20",
    }


@pytest.mark.timeout(400)
def test_workers_killed_again_and_again_send_every_text_exactly_once(
    app: Flask, settings: Settings, sender: Sender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [a_number() for _ in range(PEOPLE)]
    sender.add_people(*[{"phone": number} for number in numbers])
    with (
        running_simulator(tmp_path, latency_ms=100, callback_delay_ms=50) as simulator,
        listening(app) as address,
    ):
        monkeypatch.setitem(app.extensions, "settings", replace(settings, public_url=address))
        register(settings, sender, simulator)
        broadcast_id = sender.schedule()
        log = tmp_path / "workers.log"
        with working(2, environment(settings, simulator, address), log) as workers:
            for number in range(KILLS):
                sent = min((number + 1) * BETWEEN_KILLS, PEOPLE)
                eventually(lambda sent=sent: simulator.counts()["sms"]["accepted"] >= sent, within=90)
                workers.kill(number % 2, horse=number % 3 != 1, parent=number % 3 != 2)
            eventually(lambda: set(Counter(sender.statuses())) == {"delivered"}, within=120)
        arrived = Counter(entry["to"] for entry in simulator.ledger("sms"))
    assert any(message.attempts > 1 for message in sender.messages()), "no kill hit a worker that was sending"
    assert [number for number, times in arrived.items() if times > 1] == []
    assert set(arrived) == set(numbers)
    with sender.here():
        progress = broadcasts.progress(broadcast_id)
    assert progress.by_status == {"delivered": PEOPLE}
    assert progress.done
    assert sender.waiting() == []


def register(settings: Settings, sender: Sender, simulator: RunningSimulator) -> None:
    """Let the simulator know the company's account by the secret the workers use."""
    with sender.here():
        public_id = company_by_id(sender.company_id).public_id
    account = {"sid": account_sid(settings, public_id), "token": settings.twilio.auth_token}
    simulator.ask("/_sim/accounts", account)
