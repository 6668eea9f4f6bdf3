"""What the portal itself writes to those who sign in: subject and plain text of every kind, in one place.

Values are only inserted; a wording that names a key makes it one that `write_mail` must be given. `{link}` is
made of the token, and `{hello}`, `{home}` and `{when}` stand in every mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from app.domain.identity.account_links import LinkKind

# Where the page behind each link is; a test asks the portal for each.
PATHS: Final = {
    LinkKind.INVITATION: "/invitation/",
    LinkKind.RESET: "/password-reset/",
    LinkKind.EMAIL_CHANGE: "/email-change/",
    LinkKind.STOP_FACTOR_RESET: "/factor-reset/",
}
GIVEN_BY_US: Final = frozenset({"hello", "home", "when"})
LONGEST_VALUE = 200
NOT_YOU = "If this was not you, change your password at {home}/forgotten now and tell your administrator.\n"


@dataclass(frozen=True, slots=True)
class Wording:
    """One kind of mail; `link` is the kind of its one-time link, where it has one."""

    subject: str
    body: str
    link: LinkKind | None = None

    @property
    def keys(self) -> set[str]:
        """Return what must be given: the names in it, and the token where it has a link."""
        named = {name for _, name, _, _ in Formatter().parse(self.body) if name}
        return named - GIVEN_BY_US - {"link"} | ({"token"} if self.link else set())


WORDINGS: Final[Mapping[str, Wording]] = {
    "invitation": Wording(
        "Your invitation to Carillon",
        "{by} invites you to Carillon, where your organization reaches its people by text, phone and "
        "e-mail.\n\nOpen this link to choose a password; it holds for 48 hours and works once:\n{link}\n\n"
        "If you expected no invitation, do nothing: without the link nobody can sign in.\n",
        LinkKind.INVITATION,
    ),
    "access_given": Wording(
        "You have more access in Carillon",
        "{by} gave you access to more of Carillon. Sign in as usual:\n{home}\n",
    ),
    "reset": Wording(
        "Choose a new password for Carillon",
        "Somebody, probably you, asked for a new password.\n\nOpen this link to choose it; it holds for "
        "30 minutes and works once:\n{link}\n\nYou will need your second factor afterwards. If you did "
        "not ask, do nothing: your password stays as it is.\n",
        LinkKind.RESET,
    ),
    "email_change": Wording(
        "Confirm your new e-mail address for Carillon",
        "This address is to be the one you sign in with.\n\nOpen this link to confirm it; it holds for "
        "30 minutes and works once:\n{link}\n\nIf you do not use Carillon, do nothing.\n",
        LinkKind.EMAIL_CHANGE,
    ),
    "factor_reset_asked": Wording(
        "Your second factor is about to be removed",
        "{by} asked to remove your second factor, because: {reason}\n\nOn {takes_effect} your "
        "authenticator app, passkeys and recovery codes stop working, and you set up a new one when you "
        "sign in next.\n\nIf you did not ask for this, stop it here:\n{link}\n",
        LinkKind.STOP_FACTOR_RESET,
    ),
    "factor_reset_stopped": Wording(
        "Your second factor stays",
        "The removal of your second factor was stopped. Nothing has changed.\n",
    ),
    "factor_reset_done": Wording(
        "Your second factor was removed",
        "As asked for, your authenticator app, passkeys and recovery codes no longer work, and you are "
        "signed out everywhere. You set up a new second factor when you sign in next.\n\n" + NOT_YOU,
    ),
    "new_device": Wording(
        "A new device signed in to Carillon",
        "On {when} you signed in with a browser we had not seen before: {browser}, from {network}.\n\n"
        + NOT_YOU,
    ),
    "factor_added": Wording(
        "A second factor was added to your account",
        "On {when} this was added to your account: {factor}.\n\n" + NOT_YOU,
    ),
    "factor_removed": Wording(
        "A second factor was removed from your account",
        "On {when} this was removed from your account: {factor}.\n\n" + NOT_YOU,
    ),
    "recovery_code_used": Wording(
        "A recovery code was used to sign in",
        "On {when} one of your recovery codes was used in place of your second factor. Left: {left}.\n\n"
        + NOT_YOU,
    ),
    "recovery_codes_made": Wording(
        "You have new recovery codes",
        "On {when} new recovery codes were made for your account. The old ones no longer work.\n\n" + NOT_YOU,
    ),
    "password_changed": Wording(
        "Your password was changed",
        "On {when} the password of your account was changed.\n\n" + NOT_YOU,
    ),
    "email_changed": Wording(
        "Your e-mail address was changed",
        "On {when} the address you sign in with was changed from {old} to {new}.\n\nIf this was not you, "
        "tell your administrator now.\n",
    ),
    "api_key_made": Wording(
        "An API key was made",
        "On {when} the API key “{name}” was made at {company}, in your name.\n\n" + NOT_YOU,
    ),
}


def wording_of(kind: str) -> Wording:
    """Return the wording of a kind; raise ValueError for one that is not declared."""
    if kind not in WORDINGS:
        raise ValueError(f"There is no mail of the kind {kind}: declare it in account_wordings.py.")
    return WORDINGS[kind]


def written(
    kind: str, params: Mapping[str, object], *, first_name: str, home: str, when: str
) -> tuple[str, str]:
    """Return subject and text of one mail, with the values of one person inserted."""
    wording = wording_of(kind)
    values = {name: _plain(value) for name, value in params.items()}
    values |= {"home": home, "when": when}
    if wording.link:
        values["link"] = f"{home}{PATHS[wording.link]}{params['token']}"
    hello = f"Hello {_plain(first_name)}," if first_name.strip() else "Hello,"
    return wording.subject, f"{hello}\n\n{_inserted(wording.body, values)}\nCarillon\n{home}\n"


def _inserted(body: str, values: Mapping[str, str]) -> str:
    return "".join(
        literal + (values[name] if name else "") for literal, name, _, _ in Formatter().parse(body)
    )


def _plain(value: object) -> str:
    """Return a value on one line and of a bearable length: a name must not write a mail of its own."""
    return " ".join("".join(one if one.isprintable() else " " for one in str(value)).split())[:LONGEST_VALUE]
