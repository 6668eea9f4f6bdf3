"""A lean HTTP/1.1 client on asyncio: kept-alive connections, time-outs, no redirects, no retries.

What matters to a sender is whether a failed request may have been processed, so the two are two exceptions:
`NeverSent` (no byte of it left us) and `FateUnknown` (some did, and no whole answer came back).
"""

import asyncio
import ssl
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import httptools

LONGEST_IDLE = 15.0
"""Seconds; a connection that rested longer may be closed by the other end just as we write to it."""

LARGEST_ANSWER = 16 * 1024 * 1024

give_up_at: ContextVar[float | None] = ContextVar("give_up_at", default=None)
"""The moment (monotonic) after which no request of this task is begun any more."""


class NeverSent(Exception):  # noqa: N818  (reads as what happened)
    """The request did not reach the other end: sending it again is safe. `code` says why."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or code)
        self.code = code


class FateUnknown(Exception):  # noqa: N818  (reads as what happened)
    """The request was sent, wholly or in part, and no whole answer came. `code` says why."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(words or code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """Connections to one origin such as `https://api.twilio.com`; belongs to one event loop."""

    def __init__(self, origin: str, *, connect_timeout: float, read_timeout: float) -> None:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an origin: {origin}")
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._idle: deque[Connection] = deque()
        self._prefix = parts.path.rstrip("/")
        self._host_line = f"Host: {parts.netloc.rpartition('@')[2]}\r\n".encode()

    async def request(self, method: str, target: str, headers: bytes, body: bytes = b"") -> Reply:
        """Send one request; `headers` are whole lines, without Host and Content-Length.

        Raises NeverSent or FateUnknown; any status, a redirect too, is a reply.
        """
        connection = self._rested() or await self._connect()
        last_moment = give_up_at.get()
        if last_moment is not None and monotonic() > last_moment:
            self._idle.append(connection)
            raise NeverSent("out_of_time", "the time for this batch ran out before this message was begun")
        head = b"%b %b HTTP/1.1\r\n%b%bContent-Length: %d\r\n\r\n" % (
            method.encode(),
            (self._prefix + target).encode(),
            self._host_line,
            headers,
            len(body),
        )
        reply = await connection.exchange(head + body, self._read_timeout)
        if connection.usable:
            connection.rested_since = monotonic()
            self._idle.append(connection)
        return reply

    def close(self) -> None:
        """Close the connections that rest."""
        while self._idle:
            self._idle.pop().close()

    def _rested(self) -> "Connection | None":
        """Take the connection used last, so that those no longer needed grow old and are closed."""
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and monotonic() - connection.rested_since < LONGEST_IDLE:
                return connection
            connection.close()
        return None

    async def _connect(self) -> "Connection":
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout):
                _, connection = await loop.create_connection(
                    Connection, self._host, self._port, ssl=self._tls
                )
        except ssl.SSLError as error:
            raise NeverSent("tls_failed", str(error)) from error
        except TimeoutError as error:
            raise NeverSent("connect_timeout", f"no connection within {self._connect_timeout} s") from error
        except OSError as error:  # refused, no route, name not found
            raise NeverSent("connect_failed", str(error)) from error
        return connection


class Connection(asyncio.Protocol):
    """One connection, used for one request at a time."""

    def __init__(self) -> None:
        self.usable = True
        self.rested_since = monotonic()
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Reply] | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0

    async def exchange(self, request: bytes, timeout: float) -> Reply:
        """Write a request and wait for the whole answer, at most `timeout` seconds."""
        if self._transport is None or self._transport.is_closing():
            raise NeverSent("connect_failed", "the connection was closed before the request")
        self._headers, self._body, self._size = {}, [], 0
        self._answer = self._loop.create_future()
        timer = self._loop.call_later(timeout, self._break, "read_timeout", f"no answer within {timeout} s")
        self._transport.write(request)
        try:
            return await self._answer
        except asyncio.CancelledError:
            self.close()
            raise
        finally:
            timer.cancel()
            self._answer = None

    def close(self) -> None:
        """Close the connection."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way out."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell whoever waits that no answer will come."""
        self._break("connection_lost", "the connection was cut before the answer")

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the `on_…` methods below."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._break("not_http", "the answer was not HTTP")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect one header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Collect the body, within bounds."""
        self._size += len(body)
        if self._size > LARGEST_ANSWER:
            self._break("answer_too_large", "the answer was too large to be one")
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole; an interim one (100 to 199) is not what we wait for."""
        status = self._parser.get_status_code()
        if status < 200:
            return
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Reply(status, self._headers, b"".join(self._body)))

    def _break(self, code: str, words: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(FateUnknown(code, words))
        self.close()
