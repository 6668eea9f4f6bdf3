"""The first allowed moment, in zones that change their clocks, against the zone data of Python."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.domain.scheduling.hours import first_moment_sql
from app.unit_of_work import transaction

ZONES = [
    "America/New_York",
    "America/Phoenix",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Europe/London",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
]
FROM = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = [datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)]
QUERY = "SELECT " + first_moment_sql(
    base="CAST(:base AS timestamptz)",
    zone="CAST(:zone AS text)",
    opens="CAST(:opens AS integer)",
    closes="CAST(:closes AS integer)",
)


def first_moment(base: datetime, zone: str, opens: int, closes: int) -> datetime | None:
    with transaction(platform=True) as session:
        return session.scalar(text(QUERY), {"base": base, "zone": zone, "opens": opens, "closes": closes})


def minute_of_day(moment: datetime, zone: str) -> int:
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


@given(
    base=st.one_of(
        st.integers(0, 730 * 1440).map(lambda minutes: FROM + timedelta(minutes=minutes)),
        st.builds(
            lambda change, minutes: change + timedelta(minutes=minutes),
            st.sampled_from(CHANGES),
            st.integers(-600, 600),
        ),
    ),
    zone=st.sampled_from(ZONES),
    window=st.tuples(st.integers(0, 1320), st.integers(1, 1440)).filter(lambda w: w[1] - w[0] >= 61),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_first_moment_is_never_early_never_outside_and_within_two_days(
    app: Flask, base: datetime, zone: str, window: tuple[int, int]
) -> None:
    opens, closes = window
    found = first_moment(base, zone, opens, closes)
    assert found is not None
    assert base <= found <= base + timedelta(hours=49)
    assert opens <= minute_of_day(found, zone) < closes
    if opens <= minute_of_day(base, zone) < closes:
        assert found == base


def test_an_opening_in_the_missing_hour_falls_behind_it(app: Flask) -> None:
    found = first_moment(datetime(2026, 3, 8, 5, tzinfo=UTC), "America/New_York", 150, 300)
    assert found == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_hours_that_lie_in_the_missing_hour_are_those_of_the_next_day(app: Flask) -> None:
    found = first_moment(datetime(2026, 3, 8, 5, tzinfo=UTC), "America/New_York", 120, 180)
    assert found == datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_one_moment_is_chosen(app: Flask) -> None:
    found = first_moment(datetime(2026, 11, 1, 4, tzinfo=UTC), "America/New_York", 90, 120)
    assert found in {datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)}


@pytest.mark.parametrize("opens", [0, 600, 1440])
def test_hours_that_never_open_give_no_moment(app: Flask, opens: int) -> None:
    assert first_moment(datetime(2026, 5, 1, tzinfo=UTC), "Europe/London", opens, opens) is None
