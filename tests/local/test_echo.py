"""What of the children's logs reaches the terminal."""

from pathlib import Path

import pytest

from app.local import echo
from app.local.children import Child
from app.local.echo import Echo


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "web.log"
    path.write_text("ERROR of an earlier day\n")
    return path


def follow(log: Path) -> tuple[Echo, list[str]]:
    lines: list[str] = []
    watching = Echo(lines.append)
    watching.follow(Child("web", [], log))
    return watching, lines


def test_only_new_warnings_and_errors_are_shown(log: Path) -> None:
    watching, lines = follow(log)
    with log.open("a") as file:
        file.write('{"event": "asked", "level": "info"}\n{"event": "broke", "level": "error"}\nFATAL: no\n')
    watching.look()
    watching.look()
    assert lines == ['[web] {"event": "broke", "level": "error"}', "[web] FATAL: no"]


def test_half_a_line_waits_for_its_other_half(log: Path) -> None:
    watching, lines = follow(log)
    with log.open("a") as file:
        file.write("ERR")
        file.flush()
        watching.look()
        assert lines == []
        file.write("OR in full\n")
    watching.look()
    assert lines == ["[web] ERROR in full"]


def test_a_log_that_grew_too_large_is_set_aside_and_followed_from_its_start(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(echo, "LARGEST_LOG", 100)
    watching, lines = follow(log)
    with log.open("a") as child:
        child.write("plain words\n" * 20)
        child.flush()
        watching.look()
        assert log.stat().st_size == 0
        assert log.with_suffix(".1.log").stat().st_size > 100
        child.write("ERROR afterwards\n")
    watching.look()
    assert lines == ["[web] ERROR afterwards"]
