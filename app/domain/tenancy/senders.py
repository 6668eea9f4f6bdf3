"""What a company gives as numbers and addresses of its own, and which of them it may send from."""

from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from app.errors import Rejected

OWN_ADDRESS_UP_TO: Final = 1
"""The tier that may send e-mails from an address of its own; the others send from one of ours."""

HTML_UP_TO: Final = 2
"""The tiers that may send e-mails in HTML; the others send plain text."""


def checked_email(text: str, *, field: str) -> str:
    """Return the address as one writes it, empty for none; raise Rejected for what is none."""
    given = text.strip()
    if not given:
        return ""
    try:
        return validate_email(given, check_deliverability=False).normalized
    except EmailNotValidError as problem:
        raise Rejected(f"“{given[:80]}” is not an e-mail address: {problem}", field=field) from problem


def checked_phone(text: str, *, field: str) -> str:
    """Return the number as it was typed, empty for none; raise Rejected for what cannot be called."""
    given = text.strip()
    if given and _number(given) is None:
        raise Rejected(
            f"“{given[:40]}” is not a phone number. Type it with its area code: (312) 555-0110.", field=field
        )
    return given


def checked_from_phone(text: str) -> str:
    """Return the number that texts come from as E.164, empty for none; raise Rejected for what is none."""
    given = checked_phone(text, field="from_phone")
    return _number(given) or ""


def checked_from_email(text: str, *, tier: int, our_domain: str) -> str:
    """Return the address that e-mails come from, empty for none; raise Rejected where the tier forbids it."""
    address = checked_email(text, field="from_email")
    if address and not _may_send_from(address, tier, our_domain):
        raise Rejected(
            f"A company of tier {tier} sends from an address of ours, such as its-name@{our_domain}; "
            "an address of its own needs tier 1.",
            field="from_email",
        )
    return address


def sending_address(address: str, *, alias: str, tier: int, our_domain: str) -> str:
    """Return the address that an e-mail leaves from: the given one where the tier allows it, else ours.

    Asked at the moment of sending: the tier may have changed since the message was written.
    """
    if address and _may_send_from(address, tier, our_domain):
        return address
    return f"{alias}@{our_domain}"


def html_for(html: str | None, *, tier: int) -> str | None:
    """Return the HTML of an e-mail where the tier allows any; without it the plain text is sent alone."""
    return (html or None) if tier <= HTML_UP_TO else None


def _may_send_from(address: str, tier: int, our_domain: str) -> bool:
    domain = address.rpartition("@")[2].lower()
    return tier <= OWN_ADDRESS_UP_TO or domain == our_domain or domain.endswith(f".{our_domain}")


def _number(text: str) -> str | None:
    try:
        found = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
