"""Passwords and stored secrets: what a stolen table alone is worth, and what is refused."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.identity import passwords, secrets
from app.domain.identity.passwords import hash_password, password_fits
from app.domain.identity.secrets import WrongKey, seal, unseal
from app.errors import Rejected

KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PLACE = "user_factors:7:secret"
PEPPER = "a pepper for tests"


@given(some.text())
def test_what_was_sealed_for_a_place_is_read_there(secret: str) -> None:
    assert unseal(seal(secret, place=PLACE, keys=[KEY]), place=PLACE, keys=[KEY]) == secret


def test_a_secret_copied_into_another_row_cannot_be_read() -> None:
    sealed = seal("JBSWY3DP", place=PLACE, keys=[KEY])
    with pytest.raises(WrongKey, match="another row"):
        unseal(sealed, place="user_factors:8:secret", keys=[KEY])


def test_another_key_does_not_open_it_and_an_old_one_kept_beside_a_new_one_does() -> None:
    sealed = seal("JBSWY3DP", place=PLACE, keys=[KEY])
    assert "JBSWY3DP" not in sealed
    with pytest.raises(WrongKey, match="FIELD_KEYS"):
        unseal(sealed, place=PLACE, keys=[OTHER])
    assert unseal(sealed, place=PLACE, keys=[OTHER, KEY]) == "JBSWY3DP"
    with pytest.raises(WrongKey):
        secrets.seal("JBSWY3DP", place=PLACE, keys=[])


def test_a_password_fits_itself_alone() -> None:
    stored = hash_password("ring the bells softly", pepper=PEPPER)
    assert password_fits("ring the bells softly", stored, pepper=PEPPER)
    for other in ("Ring the bells softly", "ring the bells softly ", " ring the bells softly", ""):
        assert not password_fits(other, stored, pepper=PEPPER)


def test_the_table_alone_cannot_be_tried() -> None:
    stored = hash_password("ring the bells softly", pepper=PEPPER)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not password_fits("ring the bells softly", stored, pepper="another pepper")
    assert hash_password("ring the bells softly", pepper=PEPPER) != stored


def test_the_same_letters_typed_in_another_way_fit() -> None:
    """NIST SP 800-63B: normalise (NFKC) before hashing, so that a keyboard makes no difference."""
    stored = hash_password("caf\u00e9 with the bells", pepper=PEPPER)
    assert password_fits("cafe\u0301 with the bells", stored, pepper=PEPPER)


@pytest.mark.parametrize("length", [0, 1, 11, 257])
def test_a_password_that_is_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(Rejected, match="12 to 256") as refused:
        hash_password("a" * length, pepper=PEPPER)
    assert refused.value.field == "password"


@settings(max_examples=10, deadline=None)
@given(some.text(min_size=passwords.SHORTEST, max_size=passwords.LONGEST))
def test_any_text_of_the_right_length_is_a_password(password: str) -> None:
    assert password_fits(password, hash_password(password, pepper=PEPPER), pepper=PEPPER)


def test_nothing_of_a_long_password_is_cut_off() -> None:
    stored = hash_password("a" * 255 + "b", pepper=PEPPER)
    assert password_fits("a" * 255 + "b", stored, pepper=PEPPER)
    assert not password_fits("a" * 255 + "c", stored, pepper=PEPPER)
    assert not password_fits("a" * 255, stored, pepper=PEPPER)


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$v=19$broken"])
def test_without_a_hash_no_password_fits(stored: str | None) -> None:
    assert not password_fits("no account has this password", stored, pepper=PEPPER)
