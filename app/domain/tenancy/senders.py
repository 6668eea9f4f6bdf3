"""What a company gives as numbers and addresses of its own, and which of them it may send from."""

from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from app.errors import Rejected

OWN_ADDRESS_UP_TO: Final = 1
"""The tier that may send e-mails from an address of its own; the others send from one of ours."""


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
    domain = address.rpartition("@")[2].lower()
    ours = domain == our_domain or domain.endswith(f".{our_domain}")
    if address and tier > OWN_ADDRESS_UP_TO and not ours:
        raise Rejected(
            f"A company of tier {tier} sends from an address of ours, such as its-name@{our_domain}; "
            "an address of its own needs tier 1.",
            field="from_email",
        )
    return address


def _number(text: str) -> str | None:
    try:
        found = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(found):
        return None
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))
