"""How a text message is cut into segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge.segments import count_segments

GSM = st.text("abc @€{}[]\\~^|\n\fÅéñ", max_size=700)
MIXED = st.text("a€ç’“😀語", max_size=400)


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        # A euro cannot lie across the border: 152 + 1 + 2, where dividing 306 by 153 would give two.
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("’" + "a" * 69, "UCS-2", 70, 1),
        ("’" + "a" * 70, "UCS-2", 71, 2),
        ("’" * 134, "UCS-2", 134, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        # 67 is odd: one unit of each segment stays empty rather than half a face be sent.
        ("😀" * 66, "UCS-2", 132, 2),
        ("😀" * 67, "UCS-2", 134, 3),
        ("`", "UCS-2", 1, 1),
        ("ç", "UCS-2", 1, 1),
        ("Çà\n\r@£", "GSM-7", 6, 1),
    ],
)
def test_a_text_is_counted_as_the_network_counts(text, encoding, units, segments):
    counted = count_segments(text)
    assert (counted.encoding, counted.units, counted.segments) == (encoding, units, segments)


def test_the_characters_that_make_it_dear_are_named_once_in_order():
    assert count_segments("it’s “so” it’s 😀 €").odd == ("’", "“", "”", "😀")
    assert count_segments("plain €").odd == ()


@given(GSM | MIXED | st.text())
def test_the_parts_are_the_text_and_each_fits_its_segment(text):
    counted = count_segments(text)
    assert "".join(counted.parts) == text
    assert counted.segments == len(counted.parts)
    lengths = [_units(part, counted.encoding) for part in counted.parts]
    assert sum(lengths) == counted.units
    one, several = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    assert all(0 < length <= (one if len(lengths) == 1 else several) for length in lengths)
    # Packed: what begins a part had no room at the end of the one before.
    for before, after in zip(counted.parts, counted.parts[1:], strict=False):
        assert _units(before + after[0], counted.encoding) > several


def _units(text, encoding):
    if encoding == "UCS-2":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text) + sum(text.count(character) for character in "\f^{}\\[~]|€")
