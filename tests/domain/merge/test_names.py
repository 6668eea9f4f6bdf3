"""How the names of people and places are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge.names import proper_name, proper_place


@pytest.mark.parametrize(
    ("given_as", "written"),
    [
        ("ann", "Ann"),
        ("ANN", "Ann"),
        ("Ann", "Ann"),
        ("  ann   lee ", "Ann Lee"),
        ("o'brien", "O'Brien"),
        ("O’BRIEN", "O’Brien"),
        ("O'brien", "O'Brien"),
        ("d'angelo", "D'Angelo"),
        ("de'andre", "De'Andre"),
        ("mcdonald", "McDonald"),
        ("MCGEE", "McGee"),
        ("macdonald", "MacDonald"),
        ("MACHADO", "Machado"),
        ("mack", "Mack"),
        ("JEAN-LUC", "Jean-Luc"),
        ("SMITH-o'neil", "Smith-O'Neil"),
        ("de la cruz", "de la Cruz"),
        ("De La Cruz", "De La Cruz"),
        ("MARIA DE LOS ANGELES", "Maria de los Angeles"),
        ("VAN DYKE", "Van Dyke"),
        ("VAN DER BERG", "van der Berg"),
        ("LUDWIG VON MISES", "Ludwig von Mises"),
        ("DI", "Di"),
        ("DE", "De"),
        ("DeShawn", "DeShawn"),
        ("LaToya McDonald", "LaToya McDonald"),
        ("dr. jane smith md", "Dr. Jane Smith MD"),
        ("SMITH, PH.D.", "Smith, Ph.D."),
        ("JOHN SMITH III", "John Smith III"),
        ("john smith, jr.", "John Smith, Jr."),
        ("j.r. ewing", "J.R. Ewing"),
        ("TJ", "TJ"),
        ("NG", "Ng"),
        ("JO", "Jo"),
        ("john q public", "John Q Public"),
        ("JOSÉ ÑANDÚ", "José Ñandú"),
        ("ÇELIK", "Çelik"),
        ("李小龍", "李小龍"),
        ("john and mary", "John and Mary"),
        ("(bob)", "(Bob)"),
        ("", ""),
    ],
)
def test_a_name_is_written_as_its_bearer_would(given_as, written):
    assert proper_name(given_as) == written


@pytest.mark.parametrize(
    ("given_as", "written"),
    [
        ("UCLA", "UCLA"),
        ("ucla medical center", "UCLA Medical Center"),
        ("HCA Northwest", "HCA Northwest"),
        ("ST. MARY'S", "St. Mary's"),
        ("st. mary's of austin", "St. Mary's of Austin"),
        ("MAIN STREET CLINIC", "Main Street Clinic"),
        ("THE CLINIC AT OAK HILL", "The Clinic at Oak Hill"),
        ("123 MAIN ST NW", "123 Main St NW"),
        ("5TH AVE", "5th Ave"),
        ("ROOM 4B", "Room 4B"),
        ("WINSTON-SALEM", "Winston-Salem"),
        ("AUSTIN (NORTH)", "Austin (North)"),
        ("austin", "Austin"),
        ("eBay Campus", "eBay Campus"),
        ("", ""),
    ],
)
def test_a_place_is_written_as_on_its_door(given_as, written):
    assert proper_place(given_as) == written


@given(st.text())
def test_any_text_can_be_written_as_a_name(text):
    for write in (proper_name, proper_place):
        assert write(text).split() == write(text).split(" ") or write(text) == ""


@given(st.text("abmcdotrsvn' -.", max_size=20))
def test_writing_a_name_twice_changes_nothing_more(text):
    once = proper_name(text)
    assert proper_name(once) == once
    assert once.lower() == " ".join(text.split())
