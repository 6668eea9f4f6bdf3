"""Two companies share a pool of two connections while things go wrong at random (T-POOL)."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from app import unit_of_work
from app.config import Settings
from app.models import Company, Template
from app.unit_of_work import across_companies, session, transaction
from tests.isolation.planting import plant

THREADS = 12
TIMES_EACH = 60


class BrokenError(Exception):
    """Something broke in the middle of a transaction."""


@pytest.fixture
def small_pool(app: Flask, settings: Settings) -> Iterator[Engine]:
    """The app's transactions over a pool of two connections, and its own again afterwards."""
    with app.app_context():
        own, across = app.extensions["sqlalchemy"].engine, app.extensions["sqlalchemy"].engines["across"]
    small = create_engine(settings.app_database_url, pool_size=2, max_overflow=0, pool_timeout=60)
    unit_of_work.bind_engines(small, across)
    yield small
    unit_of_work.bind_engines(own, across)
    small.dispose()


def test_no_company_ever_sees_a_row_of_the_other(small_pool: Engine) -> None:
    companies = [plant(alias).company_id for alias in ("riverside-clinic", "lakeside-utility")]
    with ThreadPoolExecutor(THREADS) as pool:
        told = pool.map(_live, range(THREADS), [companies[number % 2] for number in range(THREADS)])
        went_well, went_wrong = (sum(column) for column in zip(*told, strict=True))
    assert went_well + went_wrong == THREADS * TIMES_EACH
    assert went_wrong > 0
    assert small_pool.pool.status().startswith("Pool size: 2 ")
    with small_pool.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM templates")) == 0


def _live(seed: int, company_id: int) -> tuple[int, int]:
    """Open transactions, break some of them in different ways; return how many went well and how many not."""
    chance = random.Random(seed)
    went_well = went_wrong = 0
    for turn in range(TIMES_EACH):
        fate = chance.choice(("well", "well", "well", "raise", "sql", "cancelled", "savepoint"))
        try:
            with transaction(company_id):
                session().add(Template(company_id=company_id, name=f"{seed} {turn}"))
                session().flush()
                assert set(session().scalars(select(Template.company_id))) == {company_id}
                _break(fate)
                assert set(session().scalars(select(Template.company_id))) == {company_id}
            went_well += 1
        except (BrokenError, DBAPIError):
            went_wrong += 1
    return went_well, went_wrong


def _break(fate: str) -> None:
    if fate == "raise":
        raise BrokenError
    if fate == "sql":
        session().execute(text("SELECT 1 / 0"))
    if fate == "cancelled":
        session().execute(text("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)"))
    if fate == "savepoint":
        with session().begin_nested() as inner:
            session().execute(text("SELECT 1"))
            inner.rollback()


def test_a_connection_forgets_its_company_when_it_goes_back(small_pool: Engine) -> None:
    with across_companies(reason="which companies are there"):
        companies = list(session().scalars(select(Company.id)))
    for company_id in companies:
        with transaction(company_id):
            pass
    with small_pool.connect() as one, small_pool.connect() as other:
        for connection in (one, other):
            assert (
                connection.scalar(text("SELECT coalesce(current_setting('app.company_id', true), '')")) == ""
            )
            assert connection.scalar(text("SELECT coalesce(current_setting('app.user_id', true), '')")) == ""
