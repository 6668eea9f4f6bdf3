"""What may leave the house in a text message and in a subject line (RULES.md U12)."""

import re

from app.errors import Rejected

_LINE_BREAK = re.compile(r"\r\n?|[\x85\u2028\u2029]")

# C0 and C1 controls but for the line feed, marks that turn the direction of writing, and half surrogates,
# which no encoding can carry.
_UNSENDABLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_NOT_IN_A_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def message_text(text: str) -> str:
    """Return the text of a text message without control and direction characters; line breaks become LF."""
    lines = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    return _UNSENDABLE.sub("", lines)


def subject_line(text: str) -> str:
    """Return a subject fit for a mail header; raises Rejected at a line break or other control."""
    found = _NOT_IN_A_HEADER.search(text)
    if found:
        what = "a line break" if found.group() in "\r\n\x85\u2028\u2029" else "a control character"
        sentence = (
            f"The subject has {what} at character {found.start() + 1}; write it in one line of plain text."
        )
        raise Rejected(sentence, field="subject", code="subject_control_character")
    return text.strip()
