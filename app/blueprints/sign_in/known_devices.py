"""The cookie of a browser that has signed in before."""

from flask import current_app, request
from werkzeug.wrappers import Response

from app.blueprints.doors import settings
from app.domain.identity import devices
from app.domain.identity.devices import Device


def device_here() -> Device:
    """Return the browser that asks."""
    return devices.device_of(request.cookies.get(_name(), ""), secret=settings().secret_key)


def remember_device(answer: Response, email_address: str) -> None:
    """Let this browser be known for who has just signed in."""
    answer.set_cookie(
        _name(),
        device_here().knowing(email_address).signed(),
        max_age=devices.KNOWN_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
