"""People who sign in: making them, and checking their password without a clue to a stranger."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.domain.audit import events
from app.domain.identity import factors, passwords, throttling
from app.domain.identity.preferences import COMPANYS_ZONE
from app.domain.identity.throttling import CODE, PASSWORD, Subject
from app.errors import Rejected
from app.models import User, UserPassword
from app.unit_of_work import act_as, session

REFUSED = "The e-mail address or the password is not right."


class SignInRefused(Rejected):
    """One answer for unknown, wrong, locked and inactive."""


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """What an address signs in with; all is None or False where there is no such account."""

    user_id: int | None
    password_hash: str | None
    may_sign_in: bool


class TooManyTries(Rejected):
    """The wait after several failures; the same for an account that does not exist."""

    status = 429


def create_user(
    *, email_address: str, first_name: str, last_name: str, password: str, pepper: str, phone_number: str = ""
) -> User:
    """Make a person with a password; the transaction must look across companies."""
    user = User(
        email_address=email_address.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        phone_number=phone_number,
        time_zone=COMPANYS_ZONE,
    )
    session().add(user)
    session().flush()
    session().add(
        UserPassword(user_id=user.id, password_hash=passwords.hash_password(password, pepper=pepper))
    )
    session().flush()
    return user


def check_waits(email_address: str, network: str, *, device: str = "", step: str = PASSWORD) -> None:
    """Raise TooManyTries while this account or network must wait."""
    _raise_wait(throttling.seconds_to_wait(_subjects(email_address, network, device, step)))


def claim_try(email_address: str, network: str, *, device: str = "", step: str = PASSWORD) -> None:
    """Count a try before it is made; raise TooManyTries where it may not be made now."""
    _raise_wait(throttling.claim_try(_subjects(email_address, network, device, step)))


def stored_password(email_address: str) -> StoredPassword:
    """Return what the password is checked against, after the transaction: hashing takes long."""
    row = session().execute(select("*").select_from(func.sign_in_lookup(email_address.strip()))).one()
    return StoredPassword(row.user_id, row.password_hash, bool(row.may_sign_in))


def check_code(user_id: int, code: str, *, keys: Sequence[str], enrolling: bool) -> bool:
    """Say whether the code is right: of the app in use, or of the one being set up."""
    if enrolling:
        return factors.confirm_enrolment(user_id, code, keys=keys)
    return factors.accept_code(user_id, code, keys=keys)


def note_failure(
    email_address: str,
    network: str,
    *,
    reason: str,
    user_id: int | None = None,
    device: str = "",
    step: str = PASSWORD,
    claimed: bool = False,
) -> None:
    """Count a failed try and put it on the platform's trail; a try that was `claimed` counts in part already.

    Known or not, an address takes the same statements, so that their time tells nothing.
    """
    counted = _subjects(email_address, network, device, step)
    throttling.count_failure(counted[1:] if claimed else counted)
    session().execute(select(func.count_failed_sign_in(email_address.strip())))
    if user_id is not None:
        act_as(user_id)
    events.record("sign_in_failed", "users", user_id, network=network, reason=reason)


def note_password(email_address: str, network: str, *, device: str = "") -> None:
    """Forget the failed passwords from here: the right one was typed."""
    throttling.forgive(_subjects(email_address, network, device, PASSWORD))


def forgive_codes(email_address: str, network: str, *, device: str = "") -> None:
    """Forget the failed codes and proofs from here: the right one was given."""
    throttling.forgive(_subjects(email_address, network, device, CODE))


def note_success(user: User, network: str, *, device: str = "") -> None:
    """Forget the failures from here and put the sign-in on the platform's trail."""
    throttling.forgive(*(_subjects(user.email_address, network, device, step) for step in (PASSWORD, CODE)))
    if user.login_attempts:
        user.login_attempts = 0
        session().flush()
    events.record("signed_in", "users", user.id, network=network)


def user_id_of(email_address: str) -> int | None:
    """Return the id behind an address, for the demo's code command; None when there is none."""
    row = session().execute(select("*").select_from(func.sign_in_lookup(email_address.strip()))).first()
    return row.user_id if row else None


def _subjects(email_address: str, network: str, device: str, step: str) -> tuple[Subject, ...]:
    return throttling.subjects(email_address.strip().lower(), network, device=device, step=step)


def _raise_wait(seconds: int) -> None:
    if seconds:
        raise TooManyTries(f"Too many tries. Please wait {_in_words(seconds)} and try again.")


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s' if seconds > 1 else ''}"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds / 3600)} hours"
