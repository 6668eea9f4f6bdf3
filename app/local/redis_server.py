"""The embedded Redis: one socket, an append-only file, and the queue's doorbells in it."""

import signal
from urllib.parse import quote

import redis

from app.local.binaries import redis_program
from app.local.children import Child, end_leftovers
from app.local.places import Places


class EmbeddedRedis:
    """One Redis, reached through a socket that only its owner may open."""

    def __init__(self, places: Places, *, hasty: bool = False) -> None:
        self._places = places
        self._folder = places.data / "redis"
        self.child = Child(
            name="redis",
            command=[
                redis_program(),
                *("--port", "0", "--daemonize", "no", "--loglevel", "warning"),
                *("--unixsocket", places.redis_socket, "--unixsocketperm", "700"),
                *("--dir", self._folder, "--save", "", "--maxmemory-policy", "noeviction"),
                *("--appendonly", "no" if hasty else "yes", "--databases", "64"),
            ],
            log=places.logs / "redis.log",
            folder=self._folder,
            prepare=self._prepare,
        )

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._places.redis_socket))}"

    def create(self) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def answers(self) -> bool:
        """True once it has read its files and answers; while it reads them, it says so by an error."""
        client = redis.Redis.from_url(self.url, socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def _prepare(self) -> None:
        end_leftovers("redis-server", self._folder, signal.SIGTERM)
        self._places.redis_socket.unlink(missing_ok=True)
