"""Which passwords are taken: long enough, not common, not near at hand, not one of the last five."""

import time

import argon2
import pytest
from flask import Flask
from sqlalchemy import text

from app.domain.identity import passwords
from app.domain.identity.blocklist import common_passwords, refuse_common
from app.domain.identity.passwords import check_rules, hash_password, password_fits
from app.errors import Rejected
from app.unit_of_work import session, transaction
from tests.people import CLINIC_OPERATOR, user_id_of

WORDS = ["oscar.reyes@riverside-clinic.example", "Oscar", "Reyes", "Riverside Clinic"]
PEPPER = "a pepper for tests"


@pytest.mark.parametrize(
    "password",
    [
        "ring the bells softly",
        "correct horse battery",
        "jK8#mQ2$vL9p",
        "日本語の長い合言葉です夏",
        "x y z q w k j v p",
    ],
)
def test_good_passwords_are_taken(password: str) -> None:
    check_rules(password, words=WORDS)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short word", "12 to 256 characters"),
        ("a" * 257, "12 to 256 characters"),
        ("1qaz2wsx3edc", "list of common ones"),
        ("INTERNATIONAL", "list of common ones"),
        ("password2024!", "tried first"),
        ("Passw0rdPassw0rd", "tried first"),
        ("qwertyuiop1234", "tried first"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "tried first"),
        ("123456789012345", "tried first"),
        ("Summer2024!!!!", "tried first"),
        ("carillon-2024!!", "“carillon”"),
        ("Riverside2024?", "“riverside”"),
        ("oscar-reyes-1985", "“oscar”"),
        ("ｐａｓｓｗｏｒｄ２０２４！", "tried first"),
    ],
)
def test_what_is_refused_is_told_why(password: str, reason: str) -> None:
    with pytest.raises(Rejected, match=reason) as refused:
        check_rules(password, words=WORDS)
    assert refused.value.field == "password"


def test_who_works_for_the_platform_needs_fifteen_characters() -> None:
    check_rules("lantern moss q", words=())
    with pytest.raises(Rejected, match="15 to 256"):
        check_rules("lantern moss q", words=(), of_platform=True)


def test_the_list_holds_more_than_three_thousand_that_fit_our_length() -> None:
    assert sum(len(one) >= passwords.SHORTEST for one in common_passwords()) > 3_000


def test_the_longest_password_is_judged_as_fast_as_a_short_one() -> None:
    """The estimate alone grows with the cube of the length: nobody may keep a process busy with it."""
    odd = "".join(chr(33 + place * 7 % 90) for place in range(256))
    began = time.process_time()
    refuse_common(odd, WORDS)
    assert time.process_time() - began < 2


def test_nothing_is_trimmed_cut_or_folded() -> None:
    stored = hash_password("  Lantern quiet harbor ", pepper=PEPPER)
    assert password_fits("  Lantern quiet harbor ", stored, pepper=PEPPER)
    for other in ("Lantern quiet harbor", "  lantern quiet harbor ", "  Lantern quiet harbor "[:-1]):
        assert not password_fits(other, stored, pepper=PEPPER)
    longest = "ab" * 128
    stored = hash_password(longest, pepper=PEPPER)
    assert password_fits(longest, stored, pepper=PEPPER)
    assert not password_fits(longest + "c", stored, pepper=PEPPER)


def test_the_same_letters_typed_another_way_are_the_same_password() -> None:
    composed, decomposed = "café lantern moss", "cafe\u0301 lantern moss"
    assert password_fits(decomposed, hash_password(composed, pepper=PEPPER), pepper=PEPPER)


def test_a_hash_is_worth_nothing_without_the_pepper() -> None:
    stored = hash_password("lantern quiet harbor", pepper=PEPPER)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not password_fits("lantern quiet harbor", stored, pepper="another pepper")


def test_the_last_five_passwords_may_not_come_back_and_the_sixth_may(app: Flask) -> None:
    user_id = user_id_of(CLINIC_OPERATOR)
    chosen = [f"lantern quiet harbor {number}" for number in range(6)]
    for password in chosen:
        with transaction(platform=True, user=user_id):
            passwords.keep_password(user_id, hash_password(password, pepper=PEPPER))
    with transaction(platform=True, user=user_id):
        hashes = passwords.last_hashes(user_id)
        kept = session().scalar(
            text("SELECT count(*) FROM user_passwords WHERE user_id = :id"), {"id": user_id}
        )
    assert (len(hashes), kept) == (5, 5)
    for password in chosen[1:]:
        with pytest.raises(Rejected, match="one of your last 5"):
            passwords.refuse_used(password, hashes, pepper=PEPPER)
    passwords.refuse_used(chosen[0], hashes, pepper=PEPPER)


def test_a_hash_of_another_cost_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    word = "lantern quiet harbor"
    today = hash_password(word, pepper=PEPPER)
    assert passwords.renewed(word, today, pepper=PEPPER) is None
    assert passwords.renewed(word, None, pepper=PEPPER) is None
    monkeypatch.setattr(
        passwords, "_hasher", argon2.PasswordHasher(time_cost=3, memory_cost=8, parallelism=1)
    )
    newer = passwords.renewed(word, today, pepper=PEPPER)
    assert newer is not None
    assert "t=3" in newer
