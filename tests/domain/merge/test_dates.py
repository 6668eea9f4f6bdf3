"""How dates and times are read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.merge.dates import date_writer, read_moment, time_writer
from app.domain.merge.patterns import DATE_TOKENS, TIME_TOKENS, find_fault

MORNING, AFTERNOON = "2026-02-03T09:05:07-05:00", "2026-12-13 15:45:00"


@pytest.mark.parametrize(
    ("pattern", "morning", "afternoon"),
    [
        ("YYYY", "2026", "2026"),
        ("YY", "26", "26"),
        ("MMMM", "February", "December"),
        ("MMM", "Feb", "Dec"),
        ("MM", "02", "12"),
        ("M", "2", "12"),
        ("DD", "03", "13"),
        ("D", "3", "13"),
        ("dddd", "Tuesday", "Sunday"),
        ("ddd", "Tue", "Sun"),
        ("HH", "09", "15"),
        ("H", "9", "15"),
        ("hh", "09", "03"),
        ("h", "9", "3"),
        ("mm", "05", "45"),
        ("ss", "07", "00"),
        ("A", "AM", "PM"),
        ("MM-DD-YYYY HH:MM:ss", "02-03-2026 09:05:07", "12-13-2026 15:45:00"),
        ("hh.MM.ss A, MM/DD", "09.05.07 AM, 02/03", "03.45.00 PM, 12/13"),
        ("HH:MM", "09:05", "15:45"),
        ("HH:mm MM/DD", "09:05 02/03", "15:45 12/13"),
        ("MM HH ss MM", "02 09 07 02", "12 15 00 12"),
        ("YYYYMMDD", "20260203", "20261213"),
        ("YYYY-MM-DDTHH:mm", "2026-02-03T09:05", "2026-12-13T15:45"),
        ("MMMM D at h:mm A", "February 3 at 9:05 AM", "December 13 at 3:45 PM"),
        ("D de MMMM", "3 de February", "13 de December"),
    ],
)
def test_a_date_is_written_by_its_pattern(pattern, morning, afternoon):
    assert find_fault(pattern, DATE_TOKENS) is None
    assert date_writer(pattern)(MORNING) == morning
    assert date_writer(pattern)(AFTERNOON) == afternoon


@pytest.mark.parametrize(
    ("text", "pattern", "written"),
    [
        ("09:30", "h:mm A", "9:30 AM"),
        ("00:15", "hh:MM A", "12:15 AM"),
        ("12:15:30", "h:MM:ss A", "12:15:30 PM"),
        ("2026-12-03T23:59:00Z", "HHMM", "2359"),
        ("09:30-05:00", "H:mm", "9:30"),
        ("2026-12-03", "h:mm A", "2026-12-03"),
        ("noon", "h:mm A", "noon"),
        ("", "h:mm A", ""),
    ],
)
def test_a_time_is_written_by_its_pattern_and_other_text_stays(text, pattern, written):
    assert find_fault(pattern, TIME_TOKENS) is None
    assert time_writer(pattern)(text) == written


@pytest.mark.parametrize(
    ("text", "pattern", "written"),
    [
        ("2026-12-03", "MM/DD/YY", "12/03/26"),
        ("2026-12-03", "MM/DD HH:mm", "12/03 00:00"),
        (" 2026-12-03 ", "D", "3"),
        ("0900-01-02", "YYYY YY", "0900 00"),
        ("09:30", "h:mm A", "9:30 AM"),
        ("09:30", "MM/DD", "09:30"),
        ("2026-02-30", "MM/DD", "2026-02-30"),
        ("2026-12-03T25:00", "MM/DD", "2026-12-03T25:00"),
        ("next week", "MM/DD", "next week"),
        ("2026", "HH:mm", "2026"),
        ("", "MM/DD", ""),
    ],
)
def test_what_is_no_date_stays_as_it_is(text, pattern, written):
    assert date_writer(pattern)(text) == written


@pytest.mark.parametrize(
    "pattern", ["YYYYY", "MMMMM", "DDD", "d", "s", "a", "AM", "pm", "Hhmm", "Dth", "", "--", "at"]
)
def test_a_pattern_that_would_be_written_wrongly_is_a_fault(pattern):
    fault = find_fault(pattern, DATE_TOKENS)
    assert fault is not None
    assert find_fault(fault.suggestion, DATE_TOKENS) is None


@given(st.text() | st.text("YMDdHhmsAaT:-/ "))
def test_any_pattern_can_be_checked_and_written(pattern):
    for tokens, writer in ((DATE_TOKENS, date_writer), (TIME_TOKENS, time_writer)):
        fault = find_fault(pattern, tokens)
        assert fault is None or find_fault(fault.suggestion, tokens) is None
        assert isinstance(writer(pattern)(MORNING), str)


@given(st.datetimes() | st.dates() | st.times())
def test_what_iso_writes_is_read_back(moment):
    assert read_moment(moment.isoformat()) == moment
