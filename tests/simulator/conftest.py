"""One simulator for all tests of a file."""

import pytest

from tests.simulator.process import running_simulator


@pytest.fixture(scope="module")
def simulator(tmp_path_factory):
    """A simulator without latency whose callbacks come at once."""
    with running_simulator(tmp_path_factory.mktemp("far-end"), callback_delay_ms=10) as running:
        yield running
