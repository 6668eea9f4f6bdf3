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
from tests.figures import Figure
from tests.isolation.planting import plant

THREADS = 50
TRANSACTIONS = 20_000
TIMES_EACH = TRANSACTIONS // THREADS
# What becomes of a transaction: most go well, and one of each hundred loses its connection.
FATES = (*("well",) * 70, *("savepoint",) * 8, *("raise",) * 8, *("sql",) * 6, *("written",) * 3,
         *("timeout",) * 2, *("cancelled",) * 2, "gone")  # fmt: skip
SEEN = select(Template.company_id)


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


def test_no_company_ever_sees_a_row_of_the_other(small_pool: Engine, figure: Figure) -> None:
    """Every look takes in the whole table and not only rows that were asked for by company."""
    companies = [plant(alias).company_id for alias in ("riverside-clinic", "lakeside-utility")]
    with ThreadPoolExecutor(THREADS) as pool:
        told = pool.map(_live, range(THREADS), [companies[number % 2] for number in range(THREADS)])
        went_well, went_wrong = (sum(column) for column in zip(*told, strict=True))
    assert went_well + went_wrong == TRANSACTIONS
    assert went_wrong > TRANSACTIONS // 10
    assert small_pool.pool.status().startswith("Pool size: 2 ")
    figure("T-POOL", went_well + went_wrong, "transactions")
    figure("T-POOL", went_wrong, "of them broken off")
    figure("T-POOL", 0, "foreign rows")
    with small_pool.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM templates")) == 0


def _live(seed: int, company_id: int) -> tuple[int, int]:
    """Open transactions, break some of them in different ways; return how many went well and how many not."""
    chance = random.Random(seed)
    went_well = went_wrong = 0
    for _ in range(TIMES_EACH):
        fate = chance.choice(FATES)
        try:
            with transaction(company_id):
                assert set(session().scalars(SEEN)) == {company_id}
                _break(fate)
                assert set(session().scalars(SEEN)) == {company_id}
            went_well += 1
        except (BrokenError, DBAPIError):
            went_wrong += 1
    return went_well, went_wrong


def _break(fate: str) -> None:
    if fate == "raise":
        raise BrokenError
    if fate == "sql":
        session().execute(text("SELECT 1 / 0"))
    if fate == "timeout":
        session().execute(text("SET LOCAL statement_timeout = 5"))
        session().execute(text("SELECT pg_sleep(5)"))
    if fate == "cancelled":
        session().execute(text("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)"))
    if fate == "gone":
        session().execute(text("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"))
    if fate == "written":
        session().add(Template(company_id=unit_of_work.company_id(), name="written and taken back"))
        session().flush()
        raise BrokenError
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
