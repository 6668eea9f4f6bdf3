"""How a text message is cut into the segments that are sent and paid for (GSM 03.38 and 03.40)."""

from dataclasses import dataclass
from typing import Literal

Encoding = Literal["GSM-7", "UCS-2"]

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

# A single message has the whole 140 octets; one of several gives six of them to say which it is.
_SINGLE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
_OF_SEVERAL: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """A text as it will be sent: `units` are septets or UTF-16 units, `parts` the text of each segment.

    `odd` lists the characters that make it UCS-2, each once, in order.
    """

    encoding: Encoding
    units: int
    segments: int
    parts: tuple[str, ...]
    odd: tuple[str, ...]


def count_segments(text: str) -> Segments:
    """Cut a text at the real borders: a pair of septets or of UTF-16 units is never split between two."""
    odd = tuple(dict.fromkeys(c for c in text if c not in _GSM_BASIC and c not in _GSM_EXTENSION))
    encoding: Encoding = "UCS-2" if odd else "GSM-7"
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        parts: tuple[str, ...] = (text,) if text else ()
    else:
        parts = _pack(text, widths, _OF_SEVERAL[encoding])
    return Segments(encoding, units, len(parts), parts, odd)


def _width(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in _GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _pack(text: str, widths: list[int], room: int) -> tuple[str, ...]:
    """Fill one segment after another; what does not fit whole begins the next."""
    parts, start, used = [], 0, 0
    for at, width in enumerate(widths):
        if used + width > room:
            parts.append(text[start:at])
            start, used = at, 0
        used += width
    return (*parts, text[start:])
