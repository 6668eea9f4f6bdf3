"""Which addresses one may be sent back to: paths of this site, and nothing that a browser reads otherwise."""

from urllib.parse import SplitResult, urlsplit

from flask import request


def is_own_path(target: str) -> bool:
    """Say whether it is a path of this site.

    Backslashes and double slashes are refused: browsers read `/\\evil.example` as another host.
    """
    odd = "\\" in target or target.startswith("//") or any(ord(one) < 33 for one in target)
    parts = _split(target)
    return not odd and target.startswith("/") and parts is not None and not parts.scheme and not parts.netloc


def way_back() -> str | None:
    """Return the page to come back to after signing in: the one asked for, or the one it was asked from."""
    if request.headers.get("HX-Request"):
        return _own_page(request.headers.get("HX-Current-URL", ""))
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return _own_page(request.referrer or "")


def _own_page(address: str) -> str | None:
    parts = _split(address)
    if parts is None or parts.netloc != request.host:
        return None
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if is_own_path(path) else None


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None
