"""One machine without any server installed: PostgreSQL and Redis as children of the portal."""

import shutil
from dataclasses import dataclass
from types import TracebackType

from app.errors import Problem
from app.local.children import Child, wait_until
from app.local.places import Places
from app.local.postgres import EmbeddedPostgres
from app.local.redis_server import EmbeddedRedis
from app.local.secrets import local_secrets

RECOVERY_SECONDS = 120
LAST_LINES = 5


@dataclass(frozen=True, slots=True)
class ServerUrls:
    """Addresses of the servers that were started; None for one that the user brought along."""

    database_url: str | None
    redis_url: str | None


class EmbeddedServers:
    """PostgreSQL and Redis of one data folder. Whoever starts them holds the folder's lock."""

    def __init__(
        self, places: Places, *, postgres: bool = True, redis: bool = True, hasty: bool = False
    ) -> None:
        self._places = places
        places.create()
        secrets = local_secrets(places.data)
        self._postgres = EmbeddedPostgres(places, secrets, hasty=hasty) if postgres else None
        self._redis = EmbeddedRedis(places, hasty=hasty) if redis else None

    @property
    def children(self) -> list[Child]:
        """The processes, in the order in which they start."""
        return [server.child for server in (self._postgres, self._redis) if server is not None]

    def start(self) -> ServerUrls:
        """Start both, wait for recovery, and make sure of the schema's owner and its database.

        Raises Problem with the last lines of the log when a server does not answer in time.
        """
        try:
            self._start_all()
        except BaseException:
            self.stop()
            raise
        return ServerUrls(
            database_url=self._postgres.url if self._postgres else None,
            redis_url=self._redis.url if self._redis else None,
        )

    def stop(self) -> None:
        """End both in an orderly way: PostgreSQL writes its checkpoint, Redis its file."""
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.wait(RECOVERY_SECONDS)

    def __enter__(self) -> ServerUrls:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop both; of temporary servers nothing stays but what lies in the data folder."""
        self.stop()
        if self._places.temporary:
            shutil.rmtree(self._places.runtime)

    def _start_all(self) -> None:
        servers = [server for server in (self._postgres, self._redis) if server is not None]
        for server in servers:
            server.create()
            server.child.start()
        for server in servers:
            _wait_for(server)
        if self._postgres is not None:
            self._postgres.ensure_owner()


def _wait_for(server: EmbeddedPostgres | EmbeddedRedis) -> None:
    """Wait until it answers, or say what it wrote last if it ended or never did."""
    child = server.child
    wait_until(lambda: server.answers() or not child.is_running, RECOVERY_SECONDS)
    if not server.answers():
        lines = child.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        raise Problem(f"{child.name} did not start. Its last words:\n" + "\n".join(lines))
