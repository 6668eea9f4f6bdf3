"""A day and an hour, meant in a zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from app.domain.scheduling.moments import chosen_moment, local_words, zone_words
from app.errors import Rejected

CHICAGO = "America/Chicago"
NOON_IN_MARCH = datetime(2027, 3, 1, 18, 0, tzinfo=UTC)


@time_machine.travel(NOON_IN_MARCH, tick=False)
def test_the_hour_is_the_zones_own_before_and_after_the_clocks_change() -> None:
    assert chosen_moment(date(2027, 3, 13), time(9), CHICAGO) == datetime(2027, 3, 13, 15, tzinfo=UTC)
    assert chosen_moment(date(2027, 3, 14), time(9), CHICAGO) == datetime(2027, 3, 14, 14, tzinfo=UTC)


@time_machine.travel(NOON_IN_MARCH, tick=False)
def test_an_hour_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(Rejected, match="the clocks skip 2:30 AM"):
        chosen_moment(date(2027, 3, 14), time(2, 30), CHICAGO)


@time_machine.travel(NOON_IN_MARCH, tick=False)
def test_an_hour_that_comes_twice_is_its_first() -> None:
    assert chosen_moment(date(2027, 11, 7), time(1, 30), CHICAGO) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)


@time_machine.travel(NOON_IN_MARCH, tick=False)
def test_the_past_is_refused_but_for_a_short_grace() -> None:
    with pytest.raises(
        Rejected, match="11:59 AM on Monday, March 1, 2027 has already passed in Central Time"
    ):
        chosen_moment(date(2027, 3, 1), time(11, 59), CHICAGO)
    grace = timedelta(minutes=15)
    assert chosen_moment(date(2027, 3, 1), time(11, 59), CHICAGO, grace=grace)
    with pytest.raises(Rejected):
        chosen_moment(date(2027, 3, 1), time(11, 44), CHICAGO, grace=grace)


@time_machine.travel(NOON_IN_MARCH, tick=False)
def test_a_moment_more_than_a_year_away_is_refused() -> None:
    with pytest.raises(Rejected, match="more than a year away"):
        chosen_moment(date(2072, 3, 1), time(12), CHICAGO)


def test_zones_are_named_as_people_say_them() -> None:
    assert zone_words(CHICAGO) == "Central Time"
    assert zone_words("Europe/Isle_of_Man") == "the time of Isle of Man"
    assert local_words(NOON_IN_MARCH, CHICAGO) == "Monday, March 1, 2027, 12:00 PM"
