"""Where browsers report what the content security policy kept from running."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, request

from app.blueprints.doors import public
from app.extensions import csrf

blueprint = Blueprint("reports", __name__)
csrf.exempt(blueprint)
log = structlog.get_logger()
LARGEST: Final = 16 * 1024
AT_ONCE: Final = 10


@blueprint.post("/csp-reports")
@public("a browser reports on its own, with no session and no token")
def create() -> Response:
    """Log what was refused, with no word that a person wrote and no address beyond its path."""
    request.max_content_length = LARGEST
    for report in _read(request.get_data())[:AT_ONCE]:
        log.warning("csp_report", **report)
    return Response(status=204)


def _read(body: bytes) -> list[dict[str, str]]:
    """Return the reports of a body; none of one that is broken, or nested deeper than can be read."""
    try:
        return list(_reports(body))
    except (ValueError, RecursionError):
        return []


def _reports(body: bytes) -> Iterator[dict[str, str]]:
    """Read both forms: one report as report-uri sends it, a list of them as report-to does."""
    sent = json.loads(body)
    for one in sent if isinstance(sent, list) else [sent]:
        found = (one.get("body") or one.get("csp-report")) if isinstance(one, Mapping) else None
        if isinstance(found, Mapping):
            yield {
                "directive": _text(found, "effectiveDirective", "effective-directive", "violated-directive"),
                "blocked": _origin(_text(found, "blockedURL", "blocked-uri")),
                "page": urlsplit(_text(found, "documentURL", "document-uri")).path,
                "file": urlsplit(_text(found, "sourceFile", "source-file")).path,
                "line": _text(found, "lineNumber", "line-number"),
            }


def _text(found: Mapping[str, Any], *names: str) -> str:
    """Return the first value of these names as printable text of one line."""
    value = next((found[name] for name in names if found.get(name)), "")
    return "".join(letter for letter in str(value)[:300] if letter.isprintable())


def _origin(address: str) -> str:
    """Return where something came from; browsers also send plain words such as `inline`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}" if "://" in address else address[:40]
