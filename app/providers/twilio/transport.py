"""Carries what the official Twilio client asks for over our wire."""

import base64
import logging
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]

from app.providers.wire import Wire

SILENT = logging.getLogger("carillon.twilio")


class WireClient(AsyncHttpClient):  # type: ignore[misc]
    """The official client's HTTP seam. The wire's origin takes the place of the one in the address."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(SILENT, is_async=True)
        self._wire = wire

    async def request(  # noqa: PLR0917  (the seam's own signature)
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002  (the wire has its own)
        allow_redirects: bool = False,  # noqa: ARG002  (never)
    ) -> Response:
        """Send one request. Raises NeverSent or FateUnknown, which the official client lets through."""
        parts = urlsplit(uri)
        query = urlencode(params, doseq=True) if params else parts.query
        reply = await self._wire.request(
            method,
            f"{parts.path}?{query}" if query else parts.path,
            header_lines(tuple((headers or {}).items()), auth),
            urlencode(data, doseq=True).encode() if data else b"",
        )
        answered: Any = reply.headers
        return Response(reply.status, reply.body.decode("utf-8", "replace"), answered)


@lru_cache(maxsize=256)
def header_lines(headers: tuple[tuple[str, str], ...], auth: tuple[str, str] | None) -> bytes:
    """Write headers and Basic credentials as lines; the same ones come with every message."""
    lines = [f"{name}: {value}\r\n" for name, value in headers]
    if auth is not None:
        credentials = base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
        lines.append(f"Authorization: Basic {credentials}\r\n")
    return "".join(lines).encode("latin-1")
