"""People who sign in: making them, and checking their password without a clue to a stranger."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from app.domain.audit import events
from app.domain.identity import factors, passwords, throttling
from app.domain.identity.preferences import COMPANYS_ZONE
from app.errors import Rejected
from app.models import User, UserPassword
from app.unit_of_work import act_as, session

REFUSED = "The e-mail address or the password is not right."


class SignInRefused(Rejected):
    """One answer for unknown, wrong, locked and inactive."""


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


def check_waits(email_address: str, network: str) -> None:
    """Raise TooManyTries while this account or network must wait."""
    wait = throttling.seconds_to_wait(throttling.subjects(email_address.lower(), network))
    if wait:
        raise TooManyTries(f"Too many tries. Please wait {_in_words(wait)} and try again.")


def check_password(email_address: str, password: str, *, pepper: str) -> int | None:
    """Return the person's id when the password fits and they may sign in; None tells nothing more."""
    row = session().execute(select("*").select_from(func.sign_in_lookup(email_address.strip()))).first()
    stored = row.password_hash if row else None
    fits = passwords.password_fits(password, stored, pepper=pepper)
    return row.user_id if row and fits and row.may_sign_in else None


def check_code(user_id: int, code: str, *, keys: Sequence[str], enrolling: bool) -> bool:
    """Say whether the code is right: of the app in use, or of the one being set up."""
    if enrolling:
        return factors.confirm_enrolment(user_id, code, keys=keys)
    return factors.accept_code(user_id, code, keys=keys)


def note_failure(email_address: str, network: str, *, reason: str, user_id: int | None = None) -> None:
    """Count a failed try and put it on the platform's trail."""
    throttling.count_failure(throttling.subjects(email_address.lower(), network))
    if user_id is not None:
        act_as(user_id)
        session().execute(
            update(User).where(User.id == user_id).values(login_attempts=User.login_attempts + 1)
        )
    events.record("sign_in_failed", "users", user_id, network=network, reason=reason)


def note_success(user: User, network: str) -> None:
    """Forget the failures from here and put the sign-in on the platform's trail."""
    throttling.forgive(throttling.subjects(user.email_address, network))
    session().execute(update(User).where(User.id == user.id).values(login_attempts=0))
    events.record("signed_in", "users", user.id, network=network)


def user_id_of(email_address: str) -> int | None:
    """Return the id behind an address, for the demo's code command; None when there is none."""
    row = session().execute(select("*").select_from(func.sign_in_lookup(email_address.strip()))).first()
    return row.user_id if row else None


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"
