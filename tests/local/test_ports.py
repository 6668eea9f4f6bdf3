"""Which ports a portal takes."""

import socket
from collections.abc import Iterator

import pytest

from app.errors import Rejected
from app.local.ports import choose_ports, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_without_a_wish_a_taken_port_gives_way_to_the_next_free_one(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.local.ports.DEFAULTS", {"PORT": taken, "SIMULATOR_PORT": taken})
    chosen = choose_ports({"PORT": "", "SIMULATOR_PORT": " "})
    assert int(chosen["PORT"]) > taken
    assert int(chosen["SIMULATOR_PORT"]) > int(chosen["PORT"])


def test_a_taken_port_that_was_asked_for_is_an_error_that_names_it(taken: int) -> None:
    with pytest.raises(Rejected, match=f"PORT is {taken}, but another program listens there"):
        choose_ports({"PORT": str(taken)})


def test_a_free_port_that_was_asked_for_is_taken(taken: int) -> None:
    free = next(port for port in range(taken + 1, taken + 100) if is_free(port))
    assert choose_ports({"PORT": str(free)})["PORT"] == str(free)


@pytest.mark.parametrize("wish", ["http", "0", "65536", "-1", "８４００"])
def test_what_is_no_port_is_refused(wish: str) -> None:
    with pytest.raises(Rejected, match="between 1 and 65535"):
        choose_ports({"SIMULATOR_PORT": wish})
