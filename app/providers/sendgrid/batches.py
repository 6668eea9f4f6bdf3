"""Puts rendered e-mails together into calls of up to 1,000 people, and writes the body of a call.

Every e-mail is rendered by us for one person, so a call's content is a pair of placeholders that each
person's own substitutions fill. SendGrid allows 10,000 bytes of those per person; a longer e-mail shares
a call only with e-mails of exactly the same content. Source: SendGrid's "Mail Send" limits.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.providers.contract import OutgoingEmail

MOST_PEOPLE = 1_000
MOST_SUBSTITUTION_BYTES = 9_000
"""Below SendGrid's 10,000, so that it does not matter how they count quotes and names."""
MOST_CHARACTERS = 5_000_000
"""In one call: even at four bytes each they stay below SendGrid's 30 MB."""

Kind = tuple[str, ...]


@dataclass(slots=True)
class Group:
    """E-mails that share a call; nobody's address is in it twice, which SendGrid refuses."""

    emails: list[OutgoingEmail] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    characters: int = 0

    def has_room_for(self, email: OutgoingEmail) -> bool:
        """Tell whether an e-mail fits in and its address is new here."""
        size = len(email.text) + len(email.html or "")
        return self.characters + size <= MOST_CHARACTERS and email.to.lower() not in self.addresses

    def add(self, email: OutgoingEmail) -> None:
        """Take an e-mail in; the first one may be of any size, for SendGrid to judge."""
        self.emails.append(email)
        self.addresses.add(email.to.lower())
        self.characters += len(email.text) + len(email.html or "")

    @property
    def full(self) -> bool:
        """Tell whether nobody else fits in."""
        return len(self.emails) >= MOST_PEOPLE or self.characters >= MOST_CHARACTERS


def batches(emails: Sequence[OutgoingEmail]) -> Iterator[list[OutgoingEmail]]:
    """Yield groups that may share a call: same sender, same shape, within the limits."""
    open_groups: dict[Kind, list[Group]] = {}
    for email in emails:
        groups = open_groups.setdefault(kind(email), [])
        group = next((group for group in groups if group.has_room_for(email)), None)
        if group is None:
            group = Group()
            groups.append(group)
        group.add(email)
        if group.full:
            groups.remove(group)
            yield group.emails
    for groups in open_groups.values():
        yield from (group.emails for group in groups)


def kind(email: OutgoingEmail) -> Kind:
    """Return what the e-mails of one call have in common."""
    shape = f"{bool(email.text)} {bool(email.html)}"
    shared = (email.from_address, email.from_name, email.reply_to or "", shape)
    return shared if fits(email) else (*shared, email.text, email.html or "")


def fits(email: OutgoingEmail) -> bool:
    """Tell whether the contents fit into one person's substitutions, as JSON counts them."""
    return len(orjson.dumps([email.text, email.html])) <= MOST_SUBSTITUTION_BYTES


def body(batch: Sequence[OutgoingEmail]) -> dict[str, Any]:
    """Return the body of one call for a group of `batches`."""
    first = batch[0]
    # A new mark for each call, so that no e-mail can contain it by chance or on purpose.
    mark = secrets.token_hex(8)
    is_shared = len(batch) == 1 or not fits(first)
    marks = {} if is_shared else {"text": f"-{mark}t-", "html": f"-{mark}h-"}
    contents = [("text/plain", marks.get("text", first.text), first.text)]
    contents += [("text/html", marks.get("html", first.html or ""), first.html or "")]
    mail: dict[str, Any] = {
        "from": address(first.from_address, first.from_name),
        "content": [{"type": kind, "value": value} for kind, value, original in contents if original],
        "personalizations": [personalization(email, marks) for email in batch],
    }
    if first.reply_to:
        mail["reply_to"] = {"email": first.reply_to}
    return mail


def address(email: str, name: str) -> dict[str, str]:
    """Return an address as SendGrid writes it; an empty name is left out."""
    return {"email": email, "name": name} if name else {"email": email}


def personalization(email: OutgoingEmail, marks: dict[str, str]) -> dict[str, Any]:
    """Return the part of one person; the only thing it tells SendGrid about us is the attempt."""
    one: dict[str, Any] = {
        "to": [{"email": email.to}],
        "subject": email.subject,
        "custom_args": {"attempt": email.attempt_token},
    }
    if marks:
        one["substitutions"] = {marks["text"]: email.text}
        if email.html:
            one["substitutions"][marks["html"]] = email.html
    return one
