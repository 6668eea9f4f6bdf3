"""The supervisor, watched from outside: what falls is restarted, and nothing is left behind."""

import os
import signal
from pathlib import Path

from app.local.children import wait_until
from tests.local.processes import SUPERVISE, is_running, running


def pid_in(path: Path) -> int:
    return int(path.read_text() or 0) if path.exists() else 0


def test_a_fallen_child_is_started_again(tmp_path: Path) -> None:
    with running(SUPERVISE, tmp_path) as supervisor:
        assert wait_until(lambda: bool(pid_in(tmp_path / "one") and pid_in(tmp_path / "two")), 30)
        first = pid_in(tmp_path / "one")
        os.kill(first, signal.SIGKILL)
        assert wait_until(lambda: pid_in(tmp_path / "one") not in (0, first), 30)
        assert "one fell (signal SIGKILL)" in supervisor.stdout.readline()
        supervisor.send_signal(signal.SIGTERM)


def test_a_polite_kill_stops_all_children(tmp_path: Path) -> None:
    with running(SUPERVISE, tmp_path) as supervisor:
        assert wait_until(lambda: bool(pid_in(tmp_path / "one") and pid_in(tmp_path / "two")), 30)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.stdout.readline() == "stopped\n"
        assert supervisor.wait(30) == 0
    assert not is_running(pid_in(tmp_path / "one"))
    assert not is_running(pid_in(tmp_path / "two"))


def test_children_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    with running(SUPERVISE, tmp_path) as supervisor:
        assert wait_until(lambda: bool(pid_in(tmp_path / "one") and pid_in(tmp_path / "two")), 30)
        supervisor.kill()
        supervisor.wait()
        pids = [pid_in(tmp_path / "one"), pid_in(tmp_path / "two")]
        assert wait_until(lambda: not any(is_running(pid) for pid in pids), 30)
