"""The servers of a test run: whoever waits for them learns at once that they will not come, and why."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import servers
from tests.servers import START_SECONDS, join


def test_servers_that_die_before_they_begin_are_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("ModuleNotFoundError: No module named 'nowhere'")
    with subprocess.Popen([sys.executable, "-c", "import nowhere"], stderr=subprocess.DEVNULL) as process:
        (tmp_path / "pid").write_text(str(process.pid))
        began = time.monotonic()
        with pytest.raises(RuntimeError, match="No module named 'nowhere'"):
            join(tmp_path)
        assert time.monotonic() - began < START_SECONDS / 2


def test_what_they_say_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "HOLDER", "tests.no_such_module")
    process = servers.begin(tmp_path)
    with pytest.raises(RuntimeError, match="no_such_module"):
        join(tmp_path)
    servers.end(process, tmp_path)
    assert not tmp_path.exists()
