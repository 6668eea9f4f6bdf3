"""The cookie of a browser that has signed in before."""

from flask import current_app, request
from werkzeug.wrappers import Response

from app.blueprints.doors import network, settings
from app.domain.identity import devices, sessions
from app.domain.identity.devices import Device
from app.unit_of_work import transaction


def device_here() -> Device:
    """Return the browser that asks."""
    return devices.device_of(request.cookies.get(_name(), ""), secret=settings().secret_key)


def remember_device(answer: Response, token: str) -> None:
    """Let this browser be known for who has just signed in; where it was not, they are told by mail."""
    device = device_here()
    with transaction(platform=True):
        opened = sessions.find(token, sessions.SIGNED_IN)
        if opened is None:
            return
        address = opened.user.email_address
        if not device.allowance(address):
            devices.tell_of_new_device(
                opened.user.id, opened.id, network=network(), user_agent=str(request.user_agent)
            )
    answer.set_cookie(
        _name(),
        device.knowing(address).signed(),
        max_age=devices.KNOWN_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _name() -> str:
    return "__Host-device" if current_app.config["SESSION_COOKIE_SECURE"] else "device"
