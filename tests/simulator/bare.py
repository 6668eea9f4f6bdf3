"""The limit for texts: requests written beforehand, over bare connections, with answers that nobody reads.

Beside it stands what sending costs us: building the request with the official client, reading the answer.
"""

import asyncio
import base64
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode, urlsplit

import httptools

from tests.simulator.process import ACCOUNT_SID, TWILIO_TOKEN


def bare_seconds(
    url: str,
    texts: Sequence[tuple[str, str, str]],
    *,
    in_flight: int,
    account_sid: str = ACCOUNT_SID,
    token: str = TWILIO_TOKEN,
) -> float:
    """Send `texts` (to, from, body), `in_flight` at a time; returns the seconds from first to last.

    The requests are encoded before the clock starts. Raises AssertionError unless each is answered 201.
    """
    requests = [encode(url, text, account_sid, token) for text in texts]
    return asyncio.run(send_all(urlsplit(url), requests, in_flight))


def encode(url: str, text: tuple[str, str, str], account_sid: str, token: str) -> bytes:
    """Write one request as Twilio takes it."""
    body = urlencode(dict(zip(("To", "From", "Body"), text, strict=True))).encode()
    credentials = base64.b64encode(f"{account_sid}:{token}".encode()).decode()
    head = (
        f"POST /2010-04-01/Accounts/{account_sid}/Messages.json HTTP/1.1\r\n"
        f"Host: {urlsplit(url).netloc}\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send_all(address, requests: Sequence[bytes], in_flight: int) -> float:
    """Open the connections, then let each draw the next request as soon as it was answered."""
    loop = asyncio.get_running_loop()
    waiting = iter(requests)
    done = loop.create_future()
    left = [len(requests)]
    connections = [
        (await loop.create_connection(lambda: Bare(waiting, left, done), address.hostname, address.port))[1]
        for _ in range(min(in_flight, len(requests)))
    ]
    begun = time.perf_counter()
    for connection in connections:
        connection.send_next()
    await done
    seconds = time.perf_counter() - begun
    for connection in connections:
        connection.transport.close()
    return seconds


class Bare(asyncio.Protocol):
    """A connection that sends one request after the other and counts the answers."""

    def __init__(self, waiting: Iterator[bytes], left: list[int], done: asyncio.Future[None]) -> None:
        self._waiting, self._left, self._done = waiting, left, done
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self._parser.feed_data(data)

    def on_message_complete(self):
        if self._parser.get_status_code() != 201:
            self._done.set_exception(AssertionError(f"answered {self._parser.get_status_code()}"))
            return
        self._left[0] -= 1
        if self._left[0] == 0:
            self._done.set_result(None)
        else:
            self.send_next()

    def send_next(self):
        request = next(self._waiting, None)
        if request is not None:
            self.transport.write(request)
