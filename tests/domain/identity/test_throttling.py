"""Counting failures: exactly as many as are free, whoever tries at once, and in PostgreSQL alone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app import queue
from app.domain.identity import throttling
from app.domain.identity.throttling import CODE, Subject, subjects
from app.unit_of_work import across_companies, transaction

NOON = datetime(2026, 3, 4, 12, 0, 5, tzinfo=UTC)
HOME, ELSEWHERE = "192.0.2.1", "203.0.113.9"
ANNA = "anna@riverside-clinic.example"


@pytest.fixture(autouse=True)
def _app(app: Flask) -> None:
    """Every test here needs the database."""


def test_five_are_free_then_the_wait_doubles_to_a_quarter_of_an_hour() -> None:
    waits = []
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(18):
            assert _fail(subjects(ANNA, HOME)) == 0
            waits.append(_wait(subjects(ANNA, HOME)))
            clock.shift(waits[-1])
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_an_account_has_a_hundred_failures_in_a_day_wherever_they_come_from() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(100):
            assert _fail(subjects(ANNA, f"198.51.100.{number}")) == 0
        clock.shift(timedelta(hours=1))
        assert _wait(subjects(ANNA, HOME)) == 23 * 3600
        assert _wait(subjects("berta@riverside-clinic.example", HOME)) == 0
        clock.shift(timedelta(hours=23, seconds=1))
        assert _wait(subjects(ANNA, HOME)) == 0


def test_a_network_has_sixty_failures_in_an_hour_whomever_they_are_about() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(60):
            assert _fail(subjects(f"{number}@riverside-clinic.example", HOME)) == 0
        assert _wait(subjects(ANNA, HOME)) == 3600
        assert _wait(subjects(ANNA, ELSEWHERE)) == 0
        clock.shift(timedelta(hours=1, seconds=1))
        assert _fail(subjects(ANNA, HOME)) == 0


def test_a_known_browser_has_an_allowance_of_its_own() -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(100):
            _fail(subjects(ANNA, f"198.51.100.{number}"))
        for number in range(60):
            _fail(subjects(f"{number}@riverside-clinic.example", HOME))
        assert _wait(subjects(ANNA, HOME)) > 0
        known = subjects(ANNA, HOME, device="anna's own")
        assert [_fail(known) for _ in range(5)] == [0] * 5
        assert _wait(known) == 1


def test_passwords_that_strangers_try_use_up_no_second_factors() -> None:
    with time_machine.travel(NOON, tick=False):
        for number in range(100):
            _fail(subjects(ANNA, f"198.51.100.{number}"))
        assert _wait(subjects(ANNA, HOME, step=CODE)) == 0


def test_of_fifty_tries_at_once_five_get_through() -> None:
    counted = subjects(ANNA, HOME)

    def attempt(_: int) -> int:
        with transaction(platform=True):
            return throttling.claim_try(counted)

    with ThreadPoolExecutor(10) as pool:
        waits = list(pool.map(attempt, range(50)))
    assert waits.count(0) == 5


def test_a_success_gives_the_try_back() -> None:
    counted = subjects(ANNA, HOME)
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            _fail(counted)
        with transaction(platform=True):
            assert throttling.claim_try(counted) == 0
            throttling.forgive(counted)
        assert [_fail(counted) for _ in range(5)] == [0] * 5


def test_a_flushed_redis_resets_nothing() -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(6):
            _fail(subjects(ANNA, HOME))
        before = _wait(subjects(ANNA, HOME))
        queue.redis().flushdb()
        assert _wait(subjects(ANNA, HOME)) == before > 0


def test_what_no_longer_counts_is_removed() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        _fail(subjects(ANNA, HOME))
        clock.shift(timedelta(hours=23))
        with across_companies(reason="a test"):
            assert throttling.forget_old() == 0
        clock.shift(timedelta(hours=2))
        with across_companies(reason="a test"):
            assert throttling.forget_old() == 3


def _fail(counted: Sequence[Subject]) -> int:
    """Make a try that fails; return how long it had to wait instead."""
    with transaction(platform=True):
        wait = throttling.claim_try(counted)
        if not wait:
            throttling.count_failure(counted[1:])
        return wait


def _wait(counted: Sequence[Subject]) -> int:
    with transaction(platform=True):
        return throttling.seconds_to_wait(counted)
