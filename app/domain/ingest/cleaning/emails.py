"""E-mail addresses: a strict pattern in SQL for plain ones, email-validator for the rest."""

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

PLAIN = (
    r"[A-Za-z0-9_+-]{1,64}(?:\.[A-Za-z0-9_+-]{1,64}){0,5}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)


def plain_addresses(text: str) -> str:
    """Return SQL that recognises addresses of plain letters; all of them pass email-validator too."""
    reserved = "|".join(name.replace(".", r"\.") for name in sorted(SPECIAL_USE_DOMAIN_NAMES))
    return (
        f"(length({text}) <= 128 AND regexp_full_match({text}, '{PLAIN}') "
        f"AND strpos({text}, '@') <= 65 AND strpos({text}, '--') = 0 "
        f"AND NOT regexp_matches(lower({text}), '(?:[@.])(?:{reserved})$'))"
    )


def plain_value(text: str) -> str:
    """Return SQL that writes the domain in lower case; the part before the @ is left as given."""
    return f"split_part({text}, '@', 1) || '@' || lower(split_part({text}, '@', 2))"


def clean_email(text: str) -> str | None:
    """Return the address as email-validator writes it, None where it is none; asks no name server."""
    try:
        found = validate_email(
            text.removeprefix("mailto:"), check_deliverability=False, allow_display_name=True
        )
    except EmailNotValidError:
        return None
    return found.normalized
