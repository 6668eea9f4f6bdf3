"""Who sends a change: only a page of our own. The form's token stands behind this, and is checked as well."""

from urllib.parse import urlsplit

from flask import Flask, request

from app.blueprints.doors import settings
from app.errors import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({None, "same-origin", "none"})
# Blueprints that programs send to: providers, verified by their signatures, browsers' own reports, and those
# who show a key in a header.
SENT_TO_BY_PROGRAMS = frozenset({"api", "callbacks", "reports"})
ELSEWHERE = "This was sent from another site, so nothing was done. Open the page here and try again."


def attend(app: Flask) -> None:
    """Refuse what would change something where the browser says that another site began it."""

    @app.before_request
    def refuse_other_sites() -> None:
        if request.method in SAFE or request.blueprint in SENT_TO_BY_PROGRAMS:
            return
        if request.headers.get("Sec-Fetch-Site") not in OURS or not _is_ours(request.headers.get("Origin")):
            raise Forbidden(ELSEWHERE)


def _is_ours(origin: str | None) -> bool:
    """Say whether an Origin header names us; browsers leave it out in some requests, programs in all."""
    public = urlsplit(settings().public_url)
    return origin is None or origin in (f"{public.scheme}://{public.netloc}", request.host_url.rstrip("/"))
