"""A sender and a far end for the tests of delivery."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.config import Settings
from tests.domain.delivery.world import Sender, make_sender, sending_through
from tests.simulator.process import RunningSimulator, running_simulator

QUIET = {
    "latency_ms": 0,
    "drop_rate": 0.0,
    "drop_every": 0,
    "too_many_every": 0,
    "error_every": 0,
    "list_lag_ms": 0,
    "callbacks": False,
}


@pytest.fixture
def sender(app: Flask) -> Sender:
    return make_sender()


@pytest.fixture(scope="session")
def far_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """One simulator for all tests of a worker; each test asks only for its own numbers."""
    with running_simulator(tmp_path_factory.mktemp("far-end")) as simulator:
        yield simulator


@pytest.fixture
def simulator(far_end: RunningSimulator) -> RunningSimulator:
    """The far end without faults and without callbacks."""
    far_end.settings(**QUIET)
    return far_end


@pytest.fixture
def sending(app: Flask, simulator: RunningSimulator) -> Iterator[Settings]:
    """The app sends to the simulator; leases and waits are over at once."""
    with sending_through(app, simulator, reconcile_after=0, second_look_after=0, batch=50) as settings:
        yield settings
