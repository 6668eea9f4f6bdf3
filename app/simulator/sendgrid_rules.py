"""What SendGrid refuses about a mail, as its errors page lists it (api-reference/mail-send/errors)."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
LARGEST_ARGS = 10_000
MOST_PEOPLE = 1_000
OWN_HEADERS = frozenset({"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type"}) | frozenset(
    {"content-transfer-encoding", "to", "from", "subject", "reply-to", "cc", "bcc"}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and with which field."""

    message: str
    field: str | None = None


def problems(mail: Any) -> list[Problem]:
    """Say everything that is wrong with a mail; an empty list when it can go."""
    if not isinstance(mail, dict):
        return [Problem("Bad Request")]
    wrong_kinds = [
        Problem(f"Invalid type. Expected: {NAMES[kind]}, given: {kind_of(mail[name])}.", name)
        for name, kind in KINDS.items()
        if name in mail and not isinstance(mail[name], kind)
    ]
    return wrong_kinds or [problem for rule in RULES for problem in rule(mail)]


def about_people(mail: dict[str, Any]) -> Iterator[Problem]:
    """1 to 1,000 personalizations and people, nobody twice."""
    personalizations = mail.get("personalizations") or []
    if not personalizations:
        yield Problem(
            "The personalizations field is required and must have at least one personalization.",
            "personalizations",
        )
    if len(personalizations) > MOST_PEOPLE:
        yield Problem(
            "The personalization block is limited to 1000 personalizations per API request. You have "
            f"provided {len(personalizations)} personalizations. Please consider splitting this into "
            "multiple requests and resending your request.",
            "personalizations",
        )
        return
    seen: dict[str, int] = {}
    for number, personalization in enumerate(personalizations):
        yield from about_one(personalization, f"personalizations.{number}", seen)
    if sum(seen.values()) > MOST_PEOPLE:
        yield Problem(
            "There is a limit of 1000 total recipients (to + cc + bcc) per request.", "personalizations"
        )
    twice = next((address for address, count in seen.items() if count > 1), None)
    if twice:
        yield Problem(
            "Each unique email address in the personalizations array should only be included once. "
            f"You have included {twice} more than once.",
            "personalizations",
        )


def about_one(personalization: Any, field: str, seen: dict[str, int]) -> Iterator[Problem]:
    """Check one personalization: its people, subject, arguments, substitutions."""
    if not isinstance(personalization, dict):
        yield Problem(f"Invalid type. Expected: object, given: {kind_of(personalization)}.", field)
        return
    if not personalization.get("to"):
        yield Problem(
            "The to array is required for all personalization objects, and must have at least one email "
            "object with a valid email address.",
            f"{field}.to",
        )
    for role in ("to", "cc", "bcc"):
        people = personalization.get(role, [])
        if not isinstance(people, list):
            yield Problem(f"Invalid type. Expected: array, given: {kind_of(people)}.", f"{field}.{role}")
            continue
        for place, person in enumerate(people):
            address = address_of(person)
            if address is None:
                yield Problem("Does not contain a valid address.", f"{field}.{role}.{place}.email")
            else:
                seen[address] = seen.get(address, 0) + 1
    subject = personalization.get("subject")
    if subject is not None and (not isinstance(subject, str) or not subject):
        yield Problem("The subject must be a string at least one character in length.", f"{field}.subject")
    yield from about_pairs(personalization, field)


def about_pairs(holder: dict[str, Any], field: str) -> Iterator[Problem]:
    """Check custom arguments, substitutions and headers: strings, and not too many bytes of them."""
    for name in ("custom_args", "substitutions", "headers"):
        pairs = holder.get(name, {})
        where = f"{field}.{name}".lstrip(".")
        if not isinstance(pairs, dict):
            yield Problem(f"Invalid type. Expected: object, given: {kind_of(pairs)}.", where)
        elif any(not isinstance(value, str) for value in pairs.values()):
            yield Problem("All values must be strings.", where)
        elif name != "headers" and len(orjson.dumps(pairs)) > LARGEST_ARGS:
            yield Problem(f"The total size of {name} may not exceed 10000 bytes.", where)
        elif name == "headers" and any(key.lower() in OWN_HEADERS for key in pairs):
            yield Problem("The header is one of the reserved headers and may not be overwritten.", where)


def about_sender(mail: dict[str, Any]) -> Iterator[Problem]:
    """A sender, and perhaps another address for answers."""
    if "from" not in mail:
        yield Problem(
            "The from object must be provided for every email send. It is an object that requires the email "
            'parameter, but may also contain a name parameter.  e.g. {"email" : "example@example.com"}  or '
            '{"email" : "example@example.com", "name" : "Example Recipient"}.',
            "from.email",
        )
    elif address_of(mail["from"]) is None:
        yield Problem("The from email does not contain a valid address.", "from.email")
    if "reply_to" in mail and address_of(mail["reply_to"]) is None:
        yield Problem("The reply_to email does not contain a valid address.", "reply_to.email")


def about_subject(mail: dict[str, Any]) -> Iterator[Problem]:
    """A subject for all, or one for each."""
    each = [p.get("subject") for p in mail.get("personalizations", []) if isinstance(p, dict)]
    if not mail.get("subject") and not mail.get("template_id") and not (each and all(each)):
        yield Problem(
            "The subject is required. You can get around this requirement if you use a template with a "
            "subject defined or if every personalization has a subject defined.",
            "subject",
        )


def about_content(mail: dict[str, Any]) -> Iterator[Problem]:
    """At least one content, plain text before HTML, none of them empty."""
    contents = mail.get("content", [])
    if not contents:
        yield Problem(
            "Unless a valid template_id is provided, the content parameter is required. There must be at "
            "least one defined content block. We typically suggest both text/plain and text/html blocks "
            "are included, but only one block is required.",
            "content",
        )
    kinds = []
    for place, content in enumerate(contents):
        held = content if isinstance(content, dict) else {}
        kinds.append(held.get("type"))
        if not isinstance(held.get("type"), str) or "/" not in held["type"]:
            yield Problem("The content type must be a valid mime type.", f"content.{place}.type")
        if not isinstance(held.get("value"), str) or not held["value"]:
            yield Problem(
                "The content value must be a string at least one character in length.",
                f"content.{place}.value",
            )
    if "text/plain" in kinds[1:] or kinds.count("text/html") > 1 or "text/html" in kinds[2:]:
        yield Problem(
            "If present, text/plain and text/html may only be provided once, text/plain first, "
            "text/html second.",
            "content",
        )


def about_the_rest(mail: dict[str, Any]) -> Iterator[Problem]:
    """Arguments for all, categories, a moment in the future."""
    yield from about_pairs(mail, "")
    if len(mail.get("categories", [])) > 10:
        yield Problem("The categories array cannot have more than 10 items.", "categories")
    if "send_at" in mail and not time.time() - 60 <= mail["send_at"] <= time.time() + 72 * 3600:
        yield Problem("The send_at must be less than 72 hours in the future.", "send_at")


def address_of(person: Any) -> str | None:
    """Return the address in lower case, or None when it is not one."""
    given = person.get("email") if isinstance(person, dict) else None
    return given.lower() if isinstance(given, str) and ADDRESS.fullmatch(given) else None


def kind_of(value: Any) -> str:
    """Name a JSON kind as SendGrid does."""
    return next((name for kind, name in NAMES.items() if isinstance(value, kind)), "null")


NAMES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
}
KINDS: dict[str, type] = {
    "personalizations": list,
    "from": dict,
    "reply_to": dict,
    "subject": str,
    "content": list,
    "custom_args": dict,
    "categories": list,
    "headers": dict,
    "send_at": int,
}
RULES: tuple[Callable[[dict[str, Any]], Iterator[Problem]], ...] = (
    about_people,
    about_sender,
    about_subject,
    about_content,
    about_the_rest,
)
