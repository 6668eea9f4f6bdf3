"""Twilio's resources as JSON; the Message does not show its StatusCallback, as the real one does not."""

from email.utils import formatdate
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from app.simulator.ledger import Message

API_VERSION = "2010-04-01"
GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("^{}\\[~]|€\f")

ERRORS = {
    30003: "Unreachable destination handset",
    30006: "Landline or unreachable carrier",
}


@lru_cache(maxsize=8)
def rfc2822(second: int) -> str:
    """Write a moment as Twilio does, in GMT with a numeric zone."""
    return formatdate(second).replace("-0000", "+0000")


def message_resource(message: Message) -> dict[str, Any]:
    """Return a Message as the API shows it."""
    uri = f"/{API_VERSION}/Accounts/{message.account}/Messages/{message.sid}"
    sent = message.status not in ("accepted", "queued", "sending")
    return {
        "account_sid": message.account,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc2822(int(message.at)),
        "date_sent": rfc2822(int(message.updated)) if sent else None,
        "date_updated": rfc2822(int(message.updated)),
        "direction": "outbound-api" if message.direction == "out" else "inbound",
        "error_code": message.error,
        "error_message": ERRORS.get(message.error or 0),
        "from": message.from_ or None,
        "messaging_service_sid": message.service,
        "num_media": "0",
        "num_segments": "0" if message.service and not sent else str(segments(message.body)),
        "price": None,
        "price_unit": "USD" if sent else None,
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def segments(body: str) -> int:
    """Count the parts a text is sent in: 160 or 153 characters in GSM-7, 70 or 67 in UCS-2."""
    if GSM7.issuperset(body):
        length, single, part = len(body), 160, 153
    elif all(letter in GSM7 or letter in GSM7_EXTENDED for letter in body):
        length = sum(2 if letter in GSM7_EXTENDED else 1 for letter in body)
        single, part = 160, 153
    else:
        length, single, part = len(body.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= single else -(-length // part)


def list_page(sid: str, found: list[Message], asked: dict[str, str], page: int, size: int) -> dict[str, Any]:
    """Return one page of a list, with the address of the next."""
    path = f"/{API_VERSION}/Accounts/{sid}/Messages.json"
    shown = found[page * size : (page + 1) * size]

    def address(number: int, token: str | None = None) -> str:
        query = asked | {"PageSize": str(size), "Page": str(number)}
        query.pop("PageToken", None)
        return f"{path}?{urlencode(query | ({'PageToken': token} if token else {}))}"

    more = len(found) > (page + 1) * size
    return {
        "first_page_uri": address(0),
        "end": page * size + max(len(shown) - 1, 0),
        "previous_page_uri": address(page - 1, f"PB{shown[0].sid}") if page and shown else None,
        "messages": [message_resource(message) for message in shown],
        "uri": address(page),
        "page_size": size,
        "start": page * size,
        "next_page_uri": address(page + 1, f"PA{shown[-1].sid}") if more else None,
        "page": page,
    }


def account_resource(sid: str) -> dict[str, Any]:
    """Return an Account as the API shows it, without its token."""
    uri = f"/{API_VERSION}/Accounts/{sid}"
    return {
        "sid": sid,
        "friendly_name": "Carillon simulator",
        "owner_account_sid": sid,
        "status": "active",
        "type": "Full",
        "date_created": rfc2822(0),
        "date_updated": rfc2822(0),
        "subresource_uris": {"messages": f"{uri}/Messages.json"},
        "uri": f"{uri}.json",
    }
