"""Carries what the official SendGrid client asks for over our wire."""

import logging
from collections.abc import Callable
from http.client import HTTPMessage
from typing import Any

import python_http_client
from python_http_client.exceptions import HTTPError

from app.providers.wire import Reply

# The official client writes whole e-mails to the log at DEBUG; no log may contain them.
logging.getLogger("python_http_client").setLevel(logging.WARNING)


class WireClient(python_http_client.Client):  # type: ignore[misc]
    """The official HTTP client, except that our wire makes the call: it has time-outs and no redirects."""

    def __init__(self, carry: Callable[[str, str, bytes, bytes], Reply], **options: Any) -> None:
        super().__init__(**options)
        self._carry = carry

    def _build_client(self, name: str | None = None) -> "WireClient":
        """Continue a path, `client.mail.send`, with the same wire."""
        return WireClient(
            self._carry,
            host=self.host,
            version=self._version,
            request_headers=self.request_headers,
            url_path=[*self._url_path, name] if name else self._url_path,
            append_slash=self.append_slash,
        )

    def _make_request(self, _opener: Any, request: Any, timeout: float | None = None) -> "Answered":  # noqa: ARG002
        lines = "".join(f"{name}: {value}\r\n" for name, value in request.header_items())
        reply = self._carry(
            request.get_method(), request.selector, lines.encode("latin-1"), request.data or b""
        )
        if not 200 <= reply.status < 300:
            raise HTTPError(reply.status, "", reply.body, reply.headers)
        return Answered(reply)


class Answered:
    """A reply in the shape the official client reads."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def getcode(self) -> int:
        """Return the status."""
        return self._reply.status

    def read(self) -> bytes:
        """Return the body."""
        return self._reply.body

    def info(self) -> HTTPMessage:
        """Return the headers, which are then read without regard to case."""
        headers = HTTPMessage()
        for name, value in self._reply.headers.items():
            headers[name] = value
        return headers
