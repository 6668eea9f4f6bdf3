"""`carillon run`, from nothing to ready and back to nothing."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from app.local.children import wait_until
from tests.local.processes import is_running
from tests.portal import carillon, running_portal


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="carillon-run-"))
    yield folder / "data"
    shutil.rmtree(folder)


def test_a_portal_starts_answers_and_stops_with_all_its_processes(data_dir: Path) -> None:
    with running_portal(data_dir) as portal:
        assert requests.get(f"{portal.address}/readyz", timeout=30).status_code == 200
        assert requests.get(portal.simulator, timeout=30).status_code == 200
        second = carillon("run", data_dir=data_dir)
        assert portal.address in second.communicate(timeout=60)[0]
        assert second.returncode == 0
        family = psutil.Process(portal.process.pid).children(recursive=True)
        portal.process.send_signal(signal.SIGINT)
        assert portal.process.wait(60) == 0
        assert not [process for process in family if is_running(process.pid)]
    assert not data_dir.exists()


def test_nothing_is_left_of_a_portal_that_is_killed_and_it_starts_again(data_dir: Path) -> None:
    with running_portal(data_dir) as portal:
        family = psutil.Process(portal.process.pid).children(recursive=True)
        portal.process.kill()
        assert wait_until(lambda: not any(is_running(process.pid) for process in family), 60)
        with running_portal(data_dir) as again:
            assert requests.get(f"{again.address}/readyz", timeout=30).status_code == 200


def test_a_port_that_was_asked_for_and_is_taken_is_refused_in_one_sentence(data_dir: Path) -> None:
    with running_portal(data_dir) as portal:
        port = portal.address.rpartition(":")[2]
        other = data_dir.parent / "other"
        refused = carillon("run", data_dir=other, settings={"PORT": port})
        assert refused.wait(60) == 1
        carillon("reset", "--yes", data_dir=other).wait(60)
        said = other.with_suffix(".words").read_text()
        assert said.startswith(
            f"PORT is {port}, but another program listens there. Choose another, or unset it.\n"
        )
