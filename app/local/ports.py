"""Chooses the two ports: the usual ones, the next free ones, or exactly what the user asked for."""

import socket
from collections.abc import Mapping

from app.errors import Rejected

DEFAULTS = {"PORT": 8400, "SIMULATOR_PORT": 8401}
ATTEMPTS = 200


def choose_ports(environ: Mapping[str, str]) -> dict[str, str]:
    """Return PORT and SIMULATOR_PORT as settings.

    Raises Rejected for a port that the user chose and another program holds.
    """
    chosen: dict[str, str] = {}
    for name, default in DEFAULTS.items():
        wanted = environ.get(name, "").strip()
        if wanted:
            chosen[name] = _exactly(name, wanted)
        else:
            chosen[name] = _next_free(default, taken={int(port) for port in chosen.values()})
    return chosen


def is_free(port: int) -> bool:
    """True where nobody listens on either loopback address; a browser may try both for localhost."""
    return all(_can_bind(family, host, port) for family, host in _loopbacks())


def _exactly(name: str, wanted: str) -> str:
    if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= 65535:
        raise Rejected(f"{name} is {wanted!r}, but a port is a number between 1 and 65535.")
    if not is_free(int(wanted)):
        raise Rejected(f"{name} is {wanted}, but another program listens there. Choose another, or unset it.")
    return wanted


def _next_free(first: int, taken: set[int]) -> str:
    for port in range(first, first + ATTEMPTS):
        if port not in taken and is_free(port):
            return str(port)
    raise Rejected(f"No port from {first} to {first + ATTEMPTS - 1} is free. Set PORT and SIMULATOR_PORT.")


def _loopbacks() -> list[tuple[socket.AddressFamily, str]]:
    both = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
    return [(family, host) for family, host in both if _can_bind(family, host, 0)]


def _can_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            # Without this, connections that just ended would make our own last port look taken.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
    except OSError:
        return False
    return True
