"""What may leave in a text message and in a subject line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge.outgoing import message_text, subject_line
from app.errors import Rejected


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Hi\r\nthere\rand\nhere", "Hi\nthere\nand\nhere"),
        ("a\tb", "a b"),
        ("nul\x00 esc\x1b[31m del\x7f c1\x9b", "nul esc[31m del c1"),
        ("\u202egnp.exe\u202c \u2066x\u2069 \u200fy", "gnp.exe x y"),
        ("half \ud83d", "half "),
        ("José 😀 €", "José 😀 €"),
    ],
)
def test_a_text_message_carries_no_control_or_direction_characters(text, sent):
    assert message_text(text) == sent


@given(st.text())
def test_cleaning_a_message_twice_changes_nothing_more(text):
    once = message_text(text)
    assert message_text(once) == once
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in once if character != "\n")


@pytest.mark.parametrize(
    "bad", ["\r", "\n", "\r\nBcc: x@example.org", "\x00", "\x1b", "\x7f", "\x85", "\u2028"]
)
def test_a_subject_with_a_control_character_is_refused(bad):
    with pytest.raises(Rejected) as refused:
        subject_line(f"Hello{bad} there")
    assert "character 6" in refused.value.message


def test_a_plain_subject_stays():
    assert subject_line(" Dr. O’Brien: 3 décembre 😀 ") == "Dr. O’Brien: 3 décembre 😀"
