"""The simulator's HTTP server: asyncio and httptools, kept-alive connections, nothing that costs time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import httptools

LARGEST_BODY = 31 * 1024 * 1024
"""SendGrid takes 30 MB; anything above is answered 413 without being read to its end."""

REASONS = {status.value: status.phrase for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """One HTTP request; header names in lower case, path and query as they came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Answer:
    """One HTTP response, given after `delay` seconds; with `drop` the connection is cut instead."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    drop: bool = False


class Conversation(asyncio.Protocol):
    """One kept-alive connection: requests in, answers out, in order."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self._answer = answer
        self._parser = httptools.HttpRequestParser(self)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._start()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way back."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  (what asyncio promises for TCP)
        self._transport = transport

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the way back; an answer that is still waiting is dropped."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the `on_…` methods below."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._write(Answer(400, b"Bad Request", "text/plain"), keep=False)

    def on_message_begin(self) -> None:
        """Start a new request on this connection."""
        self._start()

    def on_url(self, url: bytes) -> None:
        """Collect the target, which may come in pieces."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect one header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Let a client that asked first go on with its body."""
        if self._headers.get("expect", "").lower() == "100-continue" and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Collect the body; beyond the largest allowed one, answer at once."""
        self._size += len(body)
        if self._size <= LARGEST_BODY:
            self._body.append(body)
        else:
            self._write(too_large(), keep=False)

    def on_message_complete(self) -> None:
        """The request is whole: answer it."""
        if self._transport is None or self._transport.is_closing():
            return
        path, _, query = self._url.decode("latin-1").partition("?")
        request = Request(
            self._parser.get_method().decode(), path, query, self._headers, b"".join(self._body)
        )
        answer = self._answer(request)
        keep = self._parser.should_keep_alive()
        if answer.delay > 0:
            self._loop.call_later(answer.delay, self._write, answer, keep)
        else:
            self._write(answer, keep)

    def _start(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0

    def _write(self, answer: Answer, keep: bool) -> None:
        if self._transport is None:
            return
        if answer.drop:
            self._transport.abort()
            return
        self._transport.write(encode(answer, keep))
        if not keep:
            self._transport.close()


def encode(answer: Answer, keep: bool) -> bytes:
    """Write an answer as HTTP/1.1."""
    lines = [
        f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Unknown')}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.body)}",
        f"Connection: {'keep-alive' if keep else 'close'}",
        *[f"{name}: {value}" for name, value in answer.headers.items()],
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + answer.body


def too_large() -> Answer:
    """Answer as the real one does: a page, not JSON."""
    page = b"<html><head><title>413 Request Entity Too Large</title></head><body></body></html>"
    return Answer(413, page, "text/html")
