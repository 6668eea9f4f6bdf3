"""Passkeys (WebAuthn): made, named, used and removed. The device always checks its owner (user verification).

A challenge lives on the server for five minutes and is used up by the first answer, right or wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import orjson
import webauthn
from sqlalchemy import delete, func, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers import parse_authentication_credential_json as parse
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app import clock
from app.domain.audit import events
from app.domain.identity import notices
from app.domain.identity.held_factors import factors_of, refuse_last
from app.errors import NotFound, Rejected
from app.models import Passkey, PasskeyChallenge, User
from app.unit_of_work import act_as, session

LIFE: Final = timedelta(minutes=5)
MOST: Final = 20
LONGEST_NAME: Final = 60
NOT_MADE = "The passkey could not be added. Please try again."
ENROL, SIGN_IN, SECOND, PROOF = "enrol", "sign_in", "second", "proof"


@dataclass(frozen=True, slots=True)
class Site:
    """Who we are to an authenticator: one host, one exact origin."""

    host: str
    origin: str

    @classmethod
    def at(cls, public_url: str) -> "Site":
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge: its number, which the browser's page state keeps, and what the browser needs, as JSON."""

    id: int
    options: str


def ask_for_new(user_id: int, site: Site) -> Asked:
    """Begin to make a passkey; the device is told which ones it has already."""
    person = session().get_one(User, user_id)
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Carillon",
        user_id=person.passkey_handle.bytes,
        user_name=person.email_address,
        user_display_name=f"{person.first_name} {person.last_name}".strip() or person.email_address,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(factors_of(user_id).passkeys),
    )
    return _asked(ENROL, user_id, options.challenge, webauthn.options_to_json(options))


def add(user_id: int, challenge_id: int, credential: str, *, name: str, alone: bool, site: Site) -> Passkey:
    """Take a new passkey into use; `alone` lets it stand for the password too. Raises Rejected."""
    challenge = _use_up(challenge_id, ENROL, user_id)
    named = " ".join(name.split())[:LONGEST_NAME]
    if challenge is None or not named or len(factors_of(user_id).passkeys) >= MOST:
        raise Rejected(NOT_MADE if named else "Give the passkey a name.", field="name")
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        transports = orjson.loads(credential)["response"].get("transports") or []
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise Rejected(NOT_MADE, field="name") from problem
    credential_id = bytes_to_base64url(made.credential_id)
    if session().scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None:
        raise Rejected(NOT_MADE, field="name")
    passkey = Passkey(
        user_id=user_id,
        name=named,
        credential_id=credential_id,
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=",".join(one for one in transports if one in set(AuthenticatorTransport)),
        alone=alone,
    )
    session().add(passkey)
    session().flush()
    events.record("passkey_added", "users", user_id, name=named)
    notices.tell(user_id, "factor_added", factor=f"passkey “{named}”")
    return passkey


def ask(purpose: str, user_id: int | None, site: Site) -> Asked:
    """Ask for a passkey: one of this person's, or any one where nobody has said yet who they are."""
    keys = factors_of(user_id).passkeys if user_id else ()
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        allow_credentials=_descriptors(keys) if user_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _asked(purpose, user_id, options.challenge, webauthn.options_to_json(options))


def accept(challenge_id: int, purpose: str, user_id: int | None, credential: str, site: Site) -> int | None:
    """Return the id of the person whose passkey answered the challenge, acting as them; None where none did.

    Without `user_id` only a passkey answers whose owner chose that it may stand for the password too.
    """
    challenge = _use_up(challenge_id, purpose, user_id)
    try:
        answer = parse(credential)
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        return None
    passkey = session().scalar(select(Passkey).where(Passkey.credential_id == answer.id))
    if challenge is None or passkey is None or (user_id is None and not passkey.alone):
        return None
    if user_id is not None and passkey.user_id != user_id:
        return None
    act_as(passkey.user_id)
    handle = answer.response.user_handle
    if handle is not None and handle != session().get_one(User, passkey.user_id).passkey_handle.bytes:
        return None
    return passkey.user_id if _verified(passkey, credential, challenge, site) else None


def remove(user_id: int, passkey_id: int) -> None:
    """Take a passkey away; raise NotFound for another's, Conflict where it is the last second factor."""
    passkey = _own(user_id, passkey_id)
    refuse_last(user_id)
    session().delete(passkey)
    session().flush()
    events.record("passkey_removed", "users", user_id, name=passkey.name)
    notices.tell(user_id, "factor_removed", factor=f"passkey “{passkey.name}”")


def rename(user_id: int, passkey_id: int, name: str, *, alone: bool) -> None:
    """Give a passkey another name, and say whether it may stand for the password too."""
    passkey = _own(user_id, passkey_id)
    named = " ".join(name.split())[:LONGEST_NAME]
    if not named:
        raise Rejected("Give the passkey a name.", field="name")
    passkey.name, passkey.alone = named, alone
    session().flush()


def _own(user_id: int, passkey_id: int) -> Passkey:
    found = session().scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.user_id == user_id))
    if found is None:
        raise NotFound("There is no such passkey.")
    return found


def _asked(purpose: str, user_id: int | None, challenge: bytes, options: str) -> Asked:
    now = clock.now()
    session().execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    row = PasskeyChallenge(
        user_id=user_id, purpose=purpose, challenge=bytes_to_base64url(challenge), expires_at=now + LIFE
    )
    session().add(row)
    session().flush()
    return Asked(row.id, options)


def _use_up(challenge_id: int, purpose: str, user_id: int | None) -> bytes | None:
    """Return the challenge and forget it: of two answers to one, the second finds none."""
    found = session().scalar(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.id == challenge_id,
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.user_id.is_not_distinct_from(user_id),
            PasskeyChallenge.expires_at > clock.now(),
        )
        .returning(PasskeyChallenge.challenge)
    )
    return base64url_to_bytes(found) if found else None


def _verified(passkey: Passkey, credential: str, challenge: bytes, site: Site) -> bool:
    """Check the signature; the counter must rise, which a copied key's would not."""
    try:
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return False
    claimed = session().execute(
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=used.new_sign_count, last_used_at=clock.now(), updated_at=func.now())
        .returning(Passkey.id)
    )
    return claimed.first() is not None


def _descriptors(keys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(name) for name in one.transports.split(",") if name],
        )
        for one in keys
    ]
