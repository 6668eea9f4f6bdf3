"""A form that was sent and has to wait: carried by the page that asks first, signed for its person."""

from dataclasses import dataclass
from typing import Final

from flask import request, url_for
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from app.blueprints.addresses import is_own_path
from app.blueprints.doors import settings

FIELD: Final = "kept"
NOT_CARRIED: Final = frozenset({"csrf_token", FIELD})


@dataclass(frozen=True, slots=True)
class Kept:
    """Where one wanted to go; `fields` are what was sent there, None where nothing was."""

    target: str
    fields: tuple[tuple[str, str], ...] | None = None

    @property
    def signed(self) -> str:
        return _signer().dumps([self.target, self.fields])


def keep_request() -> Kept:
    """Keep the form that was sent; of one with a password only its address, where it is typed again."""
    if "password" in request.form:
        return keep_address(request.path)
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]
    return Kept(request.full_path.rstrip("?"), tuple(fields))


def keep_address(target: str) -> Kept:
    """Keep an address of this site, or one's own settings for any other."""
    return Kept(target if is_own_path(target) else url_for("account.security"))


def kept_form() -> Kept:
    """Return what the page that asked had carried; one's own settings where that is not ours."""
    try:
        target, fields = _signer().loads(request.form.get(FIELD, ""))
    except BadSignature:
        return keep_address("")
    return Kept(target, None if fields is None else tuple((name, value) for name, value in fields))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt=f"kept for {current_user.id}")
