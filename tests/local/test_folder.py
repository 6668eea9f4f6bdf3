"""What a data folder holds: its secrets, its lock, its sockets' place."""

import os
import stat
from pathlib import Path

import pytest

from app.errors import Conflict
from app.local.lock import RUN, hold, holder_of
from app.local.places import Places, own_folder
from app.local.secrets import NAMES, local_secrets


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places.of(tmp_path / "data")
    made.data.mkdir()
    return made


def test_secrets_are_made_once_and_only_their_owner_reads_them(places: Places) -> None:
    first = local_secrets(places.data)
    assert set(first) == set(NAMES)
    assert all(len(value) >= 32 for value in first.values())
    assert local_secrets(places.data) == first
    assert stat.S_IMODE((places.data / "secrets").stat().st_mode) == 0o600


def test_two_folders_have_different_secrets(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert set(local_secrets(tmp_path / "a").values()).isdisjoint(local_secrets(tmp_path / "b").values())


def test_a_secret_that_is_missing_is_added_and_the_others_stay(places: Places) -> None:
    first = local_secrets(places.data)
    path = places.data / "secrets"
    path.write_text(f"SECRET_KEY={first['SECRET_KEY']}\n")
    again = local_secrets(places.data)
    assert again["SECRET_KEY"] == first["SECRET_KEY"]
    assert set(again) == set(NAMES)


def test_a_held_folder_is_not_held_twice_and_says_who_holds_it(places: Places) -> None:
    with hold(places, RUN) as lock:
        assert lock is not None
        lock.tell(address="http://localhost:8400", environment={"PORT": "8400"})
        with hold(places, RUN) as second:
            assert second is None
        holder = holder_of(places)
        assert holder is not None
        assert (holder.pid, holder.address, holder.is_ready) == (os.getpid(), "http://localhost:8400", True)
        assert stat.S_IMODE((places.data / "run.json").stat().st_mode) == 0o600
    assert holder_of(places) is None


def test_a_note_of_a_process_that_is_gone_counts_for_nothing(places: Places) -> None:
    with hold(places, RUN) as lock:
        lock.tell(environment={"PORT": "8400"})
        note = (places.data / "run.json").read_text()
    (places.data / "run.json").write_text(note.replace('"since": 1', '"since": 0'))
    assert holder_of(places) is None
    (places.data / "run.json").write_text("half a not")
    assert holder_of(places) is None


def test_sockets_have_short_paths_however_deep_the_data_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    socket = Places.of(deep / "data").postgres_socket / ".s.PGSQL.5432"
    assert len(os.fsencode(socket)) < 100


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_that_somebody_else_prepared_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    os.chown(trap, 65534, 65534)
    with pytest.raises(Conflict, match="belongs to someone else"):
        own_folder(trap)


def test_a_symbolic_link_is_no_folder_of_ours(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Conflict):
        own_folder(tmp_path / "link")
