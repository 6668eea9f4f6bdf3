"""Which encoding a text file has: byte order mark, strict UTF-8, UTF-16 by its zero bytes, then cp1252."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from .shapes import Unreadable

BLOCK = 1024 * 1024
SAMPLE = 64 * 1024
NAMES = {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"}
# The mark of UTF-32 begins with the one of UTF-16, so it is looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_TEXT = "This file contains zero bytes, so it is not a text file. Export the list again as .csv or .xlsx."


def encoding_of(source: Path, chosen: str | None) -> tuple[str, list[str]]:
    """Return the encoding's name and warnings; raise Unreadable where the bytes are no text at all."""
    if chosen is not None:
        if chosen.lower() not in NAMES:
            raise Unreadable(f"“{chosen}” is not one of the encodings offered: {', '.join(sorted(NAMES))}.")
        return chosen.lower(), []
    with source.open("rb") as stream:
        head = stream.read(SAMPLE)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name, []
    wide = _utf_16_by_zero_bytes(head)
    if wide:
        return wide, []
    is_utf_8, has_zero, sample = _scan(source)
    if has_zero:
        raise Unreadable(NOT_TEXT)
    if is_utf_8:
        return "utf-8", []
    return _legacy(sample)


def _utf_16_by_zero_bytes(head: bytes) -> str | None:
    """Western text in UTF-16 has a zero in every second byte, always on the same side."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    even, odd = head[0 : pairs * 2 : 2].count(0), head[1 : pairs * 2 : 2].count(0)
    if odd > pairs * 0.4 and even < pairs * 0.02:
        return "utf-16-le"
    if even > pairs * 0.4 and odd < pairs * 0.02:
        return "utf-16-be"
    return None


def _scan(source: Path) -> tuple[bool, bool, bytes]:
    """Read the whole file once: is it UTF-8, has it zero bytes, and the lines that are not plain ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    is_utf_8, sample = True, b""
    with source.open("rb") as stream:
        while block := stream.read(BLOCK):
            if b"\0" in block:
                return False, True, b""
            if is_utf_8:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    is_utf_8 = False
            if len(sample) < SAMPLE and not block.isascii():
                sample += b"\n".join(line for line in block.splitlines() if not line.isascii())[:SAMPLE]
        if is_utf_8:
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                is_utf_8 = False
    return is_utf_8, False, sample


def _legacy(sample: bytes) -> tuple[str, list[str]]:
    lenient = sample.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    if broken * 10 < sum(letter > "\x7f" for letter in lenient) - broken:
        return "utf-8", ["A few characters are damaged; they are shown as �."]
    best = from_bytes(sample, cp_isolation=["cp1252", "mac_roman"]).best()
    name = best.encoding if best is not None else "cp1252"
    # mac_roman gives a letter to every byte, so it must win clearly: cp1252 is what Windows writes.
    if name == "mac_roman" and _decodes(sample, "cp1252") and not _reads_as_mac(sample):
        name = "cp1252"
    return name, [
        f"Read as {'Windows (cp1252)' if name == 'cp1252' else 'Mac Roman'} text; check the accents."
    ]


def _decodes(sample: bytes, name: str) -> bool:
    try:
        sample.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _reads_as_mac(sample: bytes) -> bool:
    """Tell whether the other bytes are letters in mac_roman and signs in cp1252."""
    high = bytes(byte for byte in sample if byte > 0x7F)
    as_mac = sum(letter.isalpha() for letter in high.decode("mac_roman"))
    as_windows = sum(letter.isalpha() for letter in high.decode("cp1252", errors="replace"))
    return as_mac > as_windows * 2
