"""Carries callbacks to the portal: few connections, kept alive, and patient when nobody answers."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httptools

CONNECTIONS = 8
ANSWER_WITHIN = 15.0
"""Seconds; Twilio's limit."""


@dataclass(slots=True)
class Parcel:
    """One POST to be delivered. `waits` are the seconds before each further try."""

    url: str
    body: bytes
    headers: dict[str, str]
    waits: Sequence[float] = ()
    retry_on_status: bool = True
    tries: int = 0
    then: Callable[[bytes], None] | None = None


class Courier:
    """A queue of parcels and a handful of workers, each with a connection of its own."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Parcel] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self.waiting = 0
        self.counts = {"delivered": 0, "refused": 0, "unreachable": 0, "given_up": 0}

    def start(self) -> None:
        """Start the workers on the running loop."""
        self._workers = [asyncio.ensure_future(self._work()) for _ in range(CONNECTIONS)]

    async def stop(self) -> None:
        """Stop the workers; what is not delivered is lost."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def post(self, parcel: Parcel) -> None:
        """Put a parcel in the queue."""
        self.waiting += 1
        self._queue.put_nowait(parcel)

    async def _work(self) -> None:
        line: Line | None = None
        while True:
            parcel = await self._queue.get()
            parcel.tries += 1
            line = await self._connect(parcel.url, line)
            status, body = await line.post(parcel) if line else (None, b"")
            if line and line.broken:
                line.close()
                line = None
            self._settle(parcel, status, body)

    async def _connect(self, url: str, line: "Line | None") -> "Line | None":
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if line and not line.broken and line.end == (host, port):
            return line
        if line:
            line.close()
        fresh = Line((host, port))
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await asyncio.get_running_loop().create_connection(
                    lambda: fresh, host, port, ssl=parts.scheme == "https" or None
                )
        except OSError:  # which a time-out is, too
            return None
        return fresh

    def _settle(self, parcel: Parcel, status: int | None, body: bytes) -> None:
        good = status is not None and 200 <= status < 300
        outcome = "delivered" if good else "unreachable" if status is None else "refused"
        self.counts[outcome] += 1
        again = not good and (status is None or parcel.retry_on_status)
        if again and parcel.tries <= len(parcel.waits):
            loop = asyncio.get_running_loop()
            loop.call_later(parcel.waits[parcel.tries - 1], self._queue.put_nowait, parcel)
            return
        self.waiting -= 1
        self.counts["given_up"] += not good
        if good and parcel.then:
            parcel.then(body)


class Line(asyncio.Protocol):
    """A connection to one end, used for one request at a time."""

    def __init__(self, end: tuple[str, int]) -> None:
        self.end = end
        self.broken = False
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[int] | None = None

    async def post(self, parcel: Parcel) -> tuple[int | None, bytes]:
        """Send a parcel; returns the status, or None without an answer, and the body."""
        if self._transport is None or self.broken:
            return None, b""
        self._body = []
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(encode(parcel))
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(ANSWER_WITHIN):
                return await self._answer, b"".join(self._body)
        self.broken = True
        return None, b""

    def close(self) -> None:
        """Close the connection."""
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way out."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (what asyncio promises for TCP)
        self._transport = transport

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell whoever waits that no answer will come."""
        self.broken = True
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the `on_…` methods below."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.broken = True
            self.close()

    def on_body(self, body: bytes) -> None:
        """Collect the body: the portal may answer an inbound text with a reply in it."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if not self._parser.should_keep_alive():
            self.broken = True
        if self._answer and not self._answer.done():
            self._answer.set_result(self._parser.get_status_code())


def encode(parcel: Parcel) -> bytes:
    """Write a parcel as an HTTP/1.1 request."""
    parts = urlsplit(parcel.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        f"Content-Length: {len(parcel.body)}",
        *[f"{name}: {value}" for name, value in parcel.headers.items()],
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + parcel.body
